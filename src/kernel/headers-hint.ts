import { headersPackageName } from './release.ts';

/**
 * Matches releases of Armbian, such as `6.6.16-current-rockchip64`. The names of its packages contain the part after
 * the number: `current-rockchip64`.
 */
const ARMBIAN =
  /^\d+\.\d+\.\d+-((?:current|edge|legacy|vendor|bleedingedge|collabora)-[a-z0-9][a-z0-9.-]*)$/;
/** Matches releases with an ABI number and a flavour, as only distributions give them: `6.8.0-1012-aws`. */
const WITH_ABI = /^\d+\.\d+\.\d+-\d{1,4}-[a-z0-9]/;
/** Matches a word that only the releases of distributions have: a flavour of Debian, or the name of a distribution. */
const DISTRIBUTION_WORD =
  /(?<![a-z0-9])(?:(?:amd64|arm64|armmp|686|s390x|riscv64|ppc64(?:el)?|powerpc\w*|loong\w*|parisc\w*|sparc64|alpha|rpi|rt|generic|kali\d*|pve)(?![a-z0-9])|rpt|xanmod|liquorix|deb\d|bpo)/;
/** Matches what `make` adds in a git tree: the number of commits after the tag, and the commit (setlocalversion). */
const OF_GIT = /(?:-\d{5,})?-g[0-9a-f]{7,}(?:-dirty)?$/;
/** Matches releases that `make` gives a kernel: a version, and what the builder has added (CONFIG_LOCALVERSION). */
const OF_MAKE = /^\d+\.\d+(?:\.\d+)?(?:-rc\d+)?(?:[+-][\w.+~-]*)?$/;

/**
 * Matches releases of Raspberry Pi kernels before bookworm. One package has the headers of all flavours of a version.
 */
const OLD_RASPBERRY_PI = /-v(?:6|7|7l|8)\+$|-v8-16k\+$/;

/** Returns a hint about how to get the headers of a kernel: which package to install, or how to build them. */
export function headersHint(release: string): string {
  if (/microsoft.*wsl/i.test(release)) {
    const version = /^[\d.]+/.exec(release)?.[0] ?? '';
    return `Build the headers of ${release}, because Microsoft has no package of them: check out the tag linux-msft-wsl-${version} of https://github.com/microsoft/WSL2-Linux-Kernel, run make KCONFIG_CONFIG=Microsoft/config-wsl there (on arm64: Microsoft/config-wsl-arm64), and give the directory with --headers (bmdeb, info, verify).`;
  }
  if (/-tegra$/.test(release))
    return `Install the headers of ${release}: apt install nvidia-l4t-kernel-headers`;
  if (OLD_RASPBERRY_PI.test(release)) {
    return `Install the headers of ${release}: apt install raspberrypi-kernel-headers (in the same version as raspberrypi-kernel)`;
  }
  const name = headersPackageOf(release);
  if (name === headersPackageName(release) && isOwnBuild(release)) {
    return `Install the ${name} that make bindeb-pkg wrote beside this kernel's image (apt install ./FILE.deb), or give the tree in which the kernel was built with --headers (bmdeb, info, verify).`;
  }
  const source = sourceOfRelease(release);
  return `Install the headers of ${release}: apt install ${name}${source === undefined ? '' : ` (from ${source})`}`;
}

/** Whether a user has probably built the kernel: nothing in its release is of a distribution. */
function isOwnBuild(release: string): boolean {
  const own = release.replace(OF_GIT, '');
  return OF_MAKE.test(own) && !WITH_ABI.test(own) && !DISTRIBUTION_WORD.test(own);
}

/**
 * Returns the name of the package with the headers of a kernel. It depends on the distribution, which the release
 * shows.
 */
export function headersPackageOf(release: string): string {
  if (/-pve$/.test(release)) {
    // Proxmox renamed its packages with Linux 6.5.
    const [major = 0, minor = 0] = release.split('.').map(Number);
    const old = major < 6 || (major === 6 && minor < 5);
    return `${old ? 'pve' : 'proxmox'}-headers-${release}`;
  }
  if (OLD_RASPBERRY_PI.test(release)) return 'raspberrypi-kernel-headers';
  const armbian = ARMBIAN.exec(release)?.[1];
  return armbian === undefined ? headersPackageName(release) : `linux-headers-${armbian}`;
}

/**
 * Returns the host of the archive that has a kernel, if the release shows it. Returns undefined for all other kernels,
 * such as those of Debian, Ubuntu and Proxmox.
 */
export function sourceOfRelease(release: string): string | undefined {
  if (/xanmod/.test(release)) return 'deb.xanmod.org';
  if (/liquorix/.test(release)) return 'liquorix.net';
  if (/\+rpt-rpi/.test(release)) return 'archive.raspberrypi.com';
  return undefined;
}
