import { headersPackageName } from './release.ts';

/** `6.6.16-current-rockchip64`: Armbian's branches, which its packages are called after. */
const ARMBIAN =
  /^\d+\.\d+\.\d+-((?:current|edge|legacy|vendor|bleedingedge|collabora)-[a-z0-9][a-z0-9.-]*)$/;
/** A release that only somebody's own build has: no ABI number, no suffix of a distribution. */
const OWN_BUILD =
  /^\d+\.\d+(?:\.\d+)?(?:-rc\d+)?(?:[+-](?!.*(?:amd64|arm64|armmp|rpi|rt|xanmod|liquorix|generic|kali|deb\d|bpo|pve))[\w.+~-]*)?$/;

/** How to get the headers of a kernel: its package in the family that the release tells, or that there is none. */
export function headersHint(release: string): string {
  if (/microsoft.*wsl/i.test(release)) {
    const version = /^[\d.]+/.exec(release)?.[0] ?? '';
    return `Build them: Microsoft has no package of them. Take the tag linux-msft-wsl-${version} of https://github.com/microsoft/WSL2-Linux-Kernel, run make KCONFIG_CONFIG=Microsoft/config-wsl there, and name the directory with --headers.`;
  }
  if (/-tegra$/.test(release)) return 'Install them: apt install nvidia-l4t-kernel-headers';
  // The Raspberry Pi's before bookworm.
  if (/-v(?:6|7|7l|8)\+$|-v8-16k\+$/.test(release)) {
    return 'Install them: apt install raspberrypi-kernel-headers (of the very version of raspberrypi-kernel)';
  }
  const name = headersPackageOf(release);
  if (name === headersPackageName(release) && OWN_BUILD.test(release)) {
    return `Install the ${name} that make bindeb-pkg wrote beside this kernel's image (apt install ./FILE.deb), or name the tree that it was built in with --headers.`;
  }
  const source = sourceOf(release);
  return `Install them: apt install ${name}${source === undefined ? '' : ` (from ${source})`}`;
}

/** The package of a kernel's headers where its family has one. */
export function headersPackageOf(release: string): string {
  if (/-pve$/.test(release)) {
    // The name changed with Linux 6.5.
    const [major = 0, minor = 0] = release.split('.').map(Number);
    const old = major < 6 || (major === 6 && minor < 5);
    return `${old ? 'pve' : 'proxmox'}-headers-${release}`;
  }
  const armbian = ARMBIAN.exec(release)?.[1];
  return armbian === undefined ? headersPackageName(release) : `linux-headers-${armbian}`;
}

function sourceOf(release: string): string | undefined {
  if (/xanmod/.test(release)) return 'deb.xanmod.org';
  if (/liquorix/.test(release)) return 'liquorix.net';
  if (/\+rpt-rpi/.test(release)) return 'archive.raspberrypi.com';
  return undefined;
}
