import { lookUp } from '../text/look-up.ts';

/**
 * For each program that dkms-deb runs and that may be missing, the Debian package that contains the program. The hint
 * about a missing program names this package. The package relations of dkms-deb itself must contain all these packages
 * (a test compares them with templates/dkms-deb/control).
 */
export const PACKAGE_OF: Readonly<Record<string, string>> = {
  'apt-cache': 'apt',
  'apt-config': 'apt',
  'apt-ftparchive': 'apt-utils',
  'apt-get': 'apt',
  bash: 'bash',
  bzip2: 'bzip2',
  chmod: 'coreutils',
  cmp: 'diffutils',
  cp: 'coreutils',
  diff: 'diffutils',
  depmod: 'kmod',
  du: 'coreutils',
  dpkg: 'dpkg',
  'dpkg-buildpackage': 'dpkg-dev',
  'dpkg-checkbuilddeps': 'dpkg-dev',
  'dpkg-deb': 'dpkg',
  'dpkg-distaddfile': 'dpkg-dev',
  'dpkg-genbuildinfo': 'dpkg-dev',
  'dpkg-genchanges': 'dpkg-dev',
  'dpkg-query': 'dpkg',
  'dpkg-source': 'dpkg-dev',
  flock: 'util-linux',
  getconf: 'libc-bin',
  git: 'git',
  gpg: 'gpg',
  'gpg-agent': 'gpg-agent',
  gpgconf: 'gpgconf',
  gzip: 'gzip',
  'llvm-objcopy': 'llvm',
  'llvm-strip': 'llvm',
  ldd: 'libc-bin',
  make: 'make',
  modprobe: 'kmod',
  objcopy: 'binutils',
  bwrap: 'bubblewrap',
  prlimit: 'util-linux',
  openssl: 'openssl',
  pahole: 'pahole',
  patch: 'patch',
  rpm: 'rpm',
  rpmbuild: 'rpm',
  rpmkeys: 'rpm',
  rpmsign: 'rpm',
  rpmspec: 'rpm',
  setpriv: 'util-linux',
  strip: 'binutils',
  sudo: 'sudo',
  tar: 'tar',
  unshare: 'util-linux',
  xz: 'xz-utils',
  zstd: 'zstd',
};

/** For packages that jammy, bookworm or earlier releases do not have, the package that those releases have instead. */
export const FORMER_PACKAGE: Readonly<Record<string, string>> = {
  pahole: 'dwarves',
  'pkcs11-provider': 'libengine-pkcs11-openssl',
};

/** Matches a program of binutils for another architecture, such as `aarch64-linux-gnu-strip`. */
const CROSS_BINUTILS = /^(\w+-linux-gnu\w*)-(?:strip|objcopy)$/;

/** Returns the Debian package of a program. Returns undefined if dkms-deb does not know the program. */
export function packageOf(program: string): string | undefined {
  const target = CROSS_BINUTILS.exec(program)?.[1];
  // An underscore in the prefix becomes a hyphen, because names of packages have no underscores (Policy 5.6.7):
  // binutils-x86-64-linux-gnu.
  if (target !== undefined) return `binutils-${target.replaceAll('_', '-')}`;
  return lookUp(PACKAGE_OF, program);
}

/** Returns the hint for a missing program. */
export function installHint(program: string): string {
  const name = packageOf(program);
  // A machine without apt cannot install apt with it.
  if (name === 'apt')
    return 'Run dkms-deb on Debian, Ubuntu or a derivative, for example in a container.';
  return name
    ? `Install ${program}: apt install ${name}`
    : `Install the package that provides ${program}.`;
}

/**
 * Returns the packages that a hint tells the user to install, such as the hint of installHint. Returns [] if the hint
 * names no package.
 */
export function packagesInHint(hint: string): string[] {
  const [, names = ''] = /\bapt install ((?:[a-z0-9][a-z0-9+.-]* ?)+)(?:$|\()/.exec(hint) ?? [];
  return names.split(' ').filter(Boolean);
}
