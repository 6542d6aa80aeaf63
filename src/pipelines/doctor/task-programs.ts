import type { Task } from './machine-finding.ts';

/** The programs that a task runs. */
export interface TaskPrograms {
  /** The programs that the task needs for every driver. */
  readonly needs: readonly string[];
  /** By program: the drivers, kernels or options that need the program, if not all of them need it. */
  readonly uses: Readonly<Record<string, string>>;
}

const GIT = 'versions, homepage and list of files of a driver in git';

/** The programs of each task. A test compares them with all that dkms-deb runs (system/process/programs.ts). */
export const PROGRAMS: Readonly<Record<Task, TaskPrograms>> = {
  init: {
    needs: ['bash', 'make', 'prlimit', 'dpkg', 'dpkg-query', 'cp', 'chmod', 'diff'],
    uses: { git: GIT },
  },
  build: {
    needs: [
      ...['bash', 'make', 'prlimit', 'dpkg', 'dpkg-query', 'xz', 'tar', 'gzip', 'cmp'],
      ...['dpkg-source', 'dpkg-genbuildinfo', 'dpkg-genchanges', 'dpkg-distaddfile'],
    ],
    uses: {
      git: GIT,
      patch: 'drivers with debian/patches',
      'dpkg-buildpackage': 'a debian/rules with commands of its own',
      'dpkg-checkbuilddeps': 'a debian/rules with commands of its own',
      gpg: '--sign',
      'apt-get': '--install and --try',
      sudo: '--install, unless you are root',
      zstd: '--compression zstd',
      bzip2: 'upstream tarballs compressed with bzip2',
    },
  },
  bmdeb: {
    needs: [
      ...['bash', 'make', 'strip', 'objcopy', 'xz', 'gzip'],
      ...['dpkg', 'dpkg-query', 'ldd', 'flock'],
    ],
    uses: {
      patch: 'drivers with PATCH in dkms.conf',
      zstd: 'kernels whose modules zstd compresses (Ubuntu, Arch)',
      pahole: 'BTF in modules of kernels with CONFIG_DEBUG_INFO_BTF_MODULES',
      'llvm-strip': 'kernels that clang compiled',
      'llvm-objcopy': 'kernels that clang compiled',
      'apt-get': '--install and --try',
      sudo: '--install, unless you are root',
      depmod: '--try',
      modprobe: '--try',
    },
  },
  signing: {
    needs: ['openssl'],
    uses: { gpg: 'build --sign and publish' },
  },
  archives: {
    needs: ['apt-get', 'apt-config', 'apt-cache', 'dpkg-deb', 'flock', 'getconf', 'bash'],
    uses: { du: 'the size of caches, which doctor shows' },
  },
  fleet: {
    needs: ['apt-get', 'apt-ftparchive', 'gpg', 'gpg-agent', 'gpgconf', 'flock', 'xz', 'gzip'],
    uses: {
      git: 'drivers that dkms-deb.yaml names by a git repository',
      setpriv: 'run --runner',
    },
  },
  rpm: {
    needs: ['bash', 'prlimit', 'rpmbuild', 'rpm', 'rpmspec', 'tar', 'gzip'],
    uses: {
      git: GIT,
      patch: 'drivers with debian/patches',
      'dpkg-source': 'drivers with debian/patches',
      rpmsign: 'signed packages',
      rpmkeys: 'verify of .rpm files',
    },
  },
  verify: {
    needs: ['dpkg', 'dpkg-query', 'prlimit', 'xz'],
    uses: {
      zstd: 'packages and modules that zstd compressed',
      rpm: '.rpm files',
      rpmkeys: '.rpm files',
      unshare: '--evaluate, apart from the rest of the machine',
      bwrap: '--evaluate where unshare is not allowed',
      openssl: 'signatures of modules',
    },
  },
};
