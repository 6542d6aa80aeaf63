/** What dkms-deb(1) says beside what the commands' declarations say. */

type Entries = readonly (readonly [term: string, text: string])[];

export const INTRODUCTION: readonly string[] = [
  'dkms-deb makes Debian packages from the source tree of kernel modules and its dkms.conf: a debian/ directory, the -dkms package that DKMS compiles where it is installed, and packages of compiled modules for each kernel. It replaces `dkms mkdeb`, `dkms mkdsc` and `dkms mkbmdeb`, which DKMS dropped.',
  'Results go to standard output: the paths of what was written, one a line, or with `--json` one JSON document. All messages go to standard error. No command needs root. None changes the source tree but `init`, which writes debian/, `lint --fix`, which corrects dkms.conf, and `build` below debian/rules, which enters its package in debian/files.',
];

export const ENVIRONMENT: Entries = [
  ['SOURCE_DATE_EPOCH', 'Time of all files in packages, in seconds; else that of the changelog.'],
  ['DEBFULLNAME, DEBEMAIL', 'Name and address of the maintainer; else those of git.'],
  ['KBUILD_SIGN_PIN', 'Pass phrase or PIN of the key that modules are signed with.'],
  [
    'NO_COLOR, FORCE_COLOR',
    'Messages without or with colours. FORCE_COLOR goes before NO_COLOR, `--color` before both.',
  ],
  ['CI', 'If set, progress is told in lines, also on a terminal.'],
  ['TMPDIR', 'Where half-done work lies (default: /tmp).'],
  [
    'XDG_CACHE_HOME',
    'Where compiled modules and the logs of builds are kept, in dkms-deb/ (default: ~/.cache).',
  ],
];

export const FILES: Entries = [
  [
    'dkms.conf',
    'Name, version and modules of the driver, as DKMS has them. It is evaluated by bash.',
  ],
  ['debian/.dkms-deb.json', 'What `dkms-deb init` wrote, so that your edits are told from it.'],
  ['/lib/modules/KERNEL/build', 'Headers of the kernels that modules are compiled for.'],
  ['/usr/src/NAME-VERSION', 'Where sources of drivers are installed.'],
];
