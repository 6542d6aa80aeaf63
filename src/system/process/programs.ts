import { lookUp } from '../text/look-up.ts';

/**
 * Debian's packages of the programs that we run, for the hint where one is missing, and for the
 * relations of our own package (templates/dkms-deb/control), which a test compares.
 */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  bash: 'bash',
  bzip2: 'bzip2',
  chmod: 'coreutils',
  cmp: 'diffutils',
  cp: 'coreutils',
  diff: 'diffutils',
  dpkg: 'dpkg',
  'dpkg-buildpackage': 'dpkg-dev',
  'dpkg-checkbuilddeps': 'dpkg-dev',
  'dpkg-distaddfile': 'dpkg-dev',
  'dpkg-genbuildinfo': 'dpkg-dev',
  'dpkg-genchanges': 'dpkg-dev',
  'dpkg-query': 'dpkg',
  'dpkg-source': 'dpkg-dev',
  git: 'git',
  gpg: 'gpg',
  gzip: 'gzip',
  'llvm-objcopy': 'llvm',
  'llvm-strip': 'llvm',
  ldd: 'libc-bin',
  make: 'make',
  objcopy: 'binutils',
  bwrap: 'bubblewrap',
  prlimit: 'util-linux',
  openssl: 'openssl',
  pahole: 'pahole',
  patch: 'patch',
  strip: 'binutils',
  tar: 'tar',
  unshare: 'util-linux',
  xz: 'xz-utils',
  zstd: 'zstd',
};

/** The programs that are named above. */
export const PROGRAMS: readonly string[] = Object.keys(PACKAGE_OF);

/** `aarch64-linux-gnu-strip`: binutils for another architecture's objects. */
const CROSS_BINUTILS = /^(\w+-linux-gnu\w*)-(?:strip|objcopy)$/;

/** The Debian package that has a program; undefined for one that is not ours to run. */
export function packageOf(program: string): string | undefined {
  const target = CROSS_BINUTILS.exec(program)?.[1];
  // Package names have no underscore (Policy 5.6.7): binutils-x86-64-linux-gnu.
  if (target !== undefined) return `binutils-${target.replaceAll('_', '-')}`;
  return lookUp(PACKAGE_OF, program);
}

/** What to do where a program is missing. */
export function installHint(program: string): string {
  const name = packageOf(program);
  return name ? `Install it: apt install ${name}` : `Install the package that has ${program}.`;
}
