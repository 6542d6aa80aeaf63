/** Environment variables and files on which commands depend, for the man pages. Declarations name them by key. */

/** Environment variables and what they do. */
export const ENVIRONMENT = {
  SOURCE_DATE_EPOCH:
    'Time stamp of all files in packages, in seconds since 1970 (default: the date of the changelog).',
  'DEBFULLNAME, DEBEMAIL':
    "Name and mail address of the maintainer (default: the configuration, else git's user.name and user.email).",
  DEB_BUILD_OPTIONS: 'With the word `notrimdch`, the changelog is packed whole.',
  DEB_BUILD_PROFILES: 'Build profiles, separated by blanks, for the relations in debian/control.',
  KBUILD_SIGN_PIN: 'Pass phrase or PIN of the key that signs modules.',
  GNUPGHOME: "Directory with gpg's keyring (default: ~/.gnupg).",
  APT_CONFIG: 'Configuration file of apt, which may name other sources and keyrings.',
  XDG_CONFIG_HOME:
    'Directory of the configuration, dkms-deb/config.yaml in it (default: ~/.config).',
  XDG_CACHE_HOME:
    'Directory of the cache; dkms-deb/ in it has compiled modules, build logs, headers and compilers (default: ~/.cache).',
  'NO_COLOR, FORCE_COLOR':
    'Turn colours off or on. FORCE_COLOR overrides NO_COLOR, and `--color` overrides both.',
  CI: 'If set, progress is printed as plain lines, also on a terminal, and no command asks questions.',
  TMPDIR: 'Directory for temporary files (default: /tmp).',
} as const;

export type EnvironmentKey = keyof typeof ENVIRONMENT;

/** The variables that every command reads. Declarations do not name them. */
export const COMMON_ENVIRONMENT: readonly EnvironmentKey[] = [
  'NO_COLOR, FORCE_COLOR',
  'CI',
  'TMPDIR',
];

/** Files and what they are for. */
export const FILES = {
  'dkms.conf': 'Name, version and modules of a driver, in the format of DKMS. bash evaluates it.',
  'debian/': 'Packaging of a driver, which `dkms-deb init` writes.',
  'debian/.dkms-deb.json':
    'Checksums of the files that `dkms-deb init` wrote; they show which files you have edited.',
  'rpm/NAME-dkms.spec': 'Spec of the RPM package, which `dkms-deb init --rpm` writes.',
  'dkms-deb.yaml':
    'Drivers, kernels and repository of a fleet. Some keys are defaults for commands about a driver in the same directory.',
  '~/.config/dkms-deb/config.yaml': 'Your defaults for options, for all drivers.',
  'plan.json': 'What `dkms-deb plan` decided to build, and why.',
  'results.json': 'What `dkms-deb run` built, and what failed.',
  'dists/, pool/, dkms-deb/status.json':
    'Index and packages of a repository, and what each build came to.',
  '/lib/modules/KERNEL/build': 'Headers of an installed kernel.',
  '/usr/src/NAME-VERSION': 'Installed source of a driver.',
  '/var/lib/dkms': 'Drivers that `dkms add` has added.',
  '/etc/apt': 'Sources and keys of the archives that have kernels.',
  '~/.cache/dkms-deb/modules':
    'Modules of earlier builds, so that the same modules are not compiled again.',
  '~/.cache/dkms-deb/log': 'Output of the builds.',
  '~/.cache/dkms-deb/headers': 'Headers and compilers of kernels of archives.',
  '/usr/share/doc/dkms-deb': 'Documentation, as the Debian package installs it.',
  '/usr/share/bash-completion/completions/dkms-deb, /usr/share/zsh/vendor-completions/_dkms-deb, /usr/share/fish/vendor_completions.d/dkms-deb.fish':
    'Completion scripts, as the Debian package installs them.',
} as const;

export type FileKey = keyof typeof FILES;
