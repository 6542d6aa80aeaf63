/** The text of the man page dkms-deb(1), as far as it does not come from the declarations of the commands. */

type Entries = readonly (readonly [term: string, text: string])[];

export const INTRODUCTION: readonly string[] = [
  'dkms-deb makes Debian packages from the source tree of kernel modules and its dkms.conf: a debian/ directory, the -dkms package whose modules DKMS compiles on the target machine, and packages of compiled modules for each kernel. It replaces `dkms mkdeb`, `dkms mkdsc` and `dkms mkbmdeb`, which DKMS has removed.',
  'Results go to standard output: the paths of the written files, one per line, or one JSON document with `--json`. All messages go to standard error. No command needs root. Only three commands change the source tree: `init` writes debian/, `lint --fix` corrects dkms.conf, and `build --from-rules` registers its package in debian/files.',
];

export const ENVIRONMENT: Entries = [
  [
    'SOURCE_DATE_EPOCH',
    'Time stamp of all files in packages, in seconds (default: the date of the changelog).',
  ],
  [
    'DEBFULLNAME, DEBEMAIL',
    "Name and mail address of the maintainer (default: git's user.name and user.email).",
  ],
  ['KBUILD_SIGN_PIN', 'Pass phrase or PIN of the key that signs modules.'],
  [
    'NO_COLOR, FORCE_COLOR',
    'Turn colours in messages off or on. FORCE_COLOR overrides NO_COLOR, and `--color` overrides both.',
  ],
  ['CI', 'If set, progress is printed as plain lines, also on a terminal.'],
  ['TMPDIR', 'Directory for temporary files (default: /tmp).'],
  [
    'XDG_CACHE_HOME',
    'Directory of the cache; dkms-deb/ in it has compiled modules and build logs (default: ~/.cache).',
  ],
];

export const FILES: Entries = [
  ['dkms.conf', 'Name, version and modules of a driver, in the format of DKMS. bash evaluates it.'],
  [
    'debian/.dkms-deb.json',
    'Checksums of the files that `dkms-deb init` wrote; they show which files you have edited.',
  ],
  ['/lib/modules/KERNEL/build', 'Headers of an installed kernel.'],
  ['/usr/src/NAME-VERSION', 'Installed source of a driver.'],
];
