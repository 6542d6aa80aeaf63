import type { Change, DirectiveFacts } from './facts-form.ts';

/** What DKMS does with a value that must be yes or no (dkms.in, check_yes_no_value). */
const ONLY_YES_NO: Change = {
  release: '3.1.7',
  what: 'a value other than yes and no is an error; before, such a value was taken as yes',
};
const RUNS =
  'The value is the path of a file in the source, possibly with arguments. The file must be executable.';

/** Directives about the driver as a whole, and its scripts. */
export const PACKAGE_DIRECTIVES = {
  PACKAGE_NAME: {
    meaning:
      'The name of the driver for DKMS: the source is in /usr/src/PACKAGE_NAME-PACKAGE_VERSION. The modules may have other names.',
    unset: 'the file is refused (exit status 8)',
    since: '0.35.01',
    example: 'PACKAGE_NAME="foo"',
  },
  PACKAGE_VERSION: {
    meaning:
      'The version of the driver for DKMS. A new source needs a new version: DKMS does not add a version that it has already.',
    unset: 'the file is refused (exit status 8)',
    since: '0.35.01',
    example: 'PACKAGE_VERSION="1.0"',
  },
  AUTOINSTALL: {
    meaning:
      'Whether DKMS builds the driver for each new kernel. Since Debian 13, AUTOINSTALL also decides whether DKMS builds the driver when its package is installed.',
    unset: 'it counts as no',
    since: '2.0.10.1',
    changes: [ONLY_YES_NO],
    example: 'AUTOINSTALL="yes"',
  },
  NO_WEAK_MODULES: {
    meaning:
      'With yes, DKMS makes no links in weak-updates/ for kernels with the same kABI. Only Red Hat and SUSE have such links; elsewhere the directive is ignored.',
    unset: 'it counts as no',
    since: '2.3',
    changes: [ONLY_YES_NO],
    example: 'NO_WEAK_MODULES="yes"',
  },
  POST_ADD: {
    meaning: `The script that DKMS runs after it added the source. ${RUNS}`,
    unset: 'nothing is run',
    since: '0.40.11',
    example: 'POST_ADD="scripts/after-add.sh"',
  },
  POST_BUILD: {
    meaning: `The script that DKMS runs after the build, in the build directory. ${RUNS}`,
    unset: 'nothing is run',
    since: '0.40.11',
    changes: [{ release: '3.1.5', what: 'a script that fails makes the build fail' }],
    example: 'POST_BUILD="scripts/after-build.sh"',
  },
  POST_INSTALL: {
    meaning: `The script that DKMS runs after it installed the modules. ${RUNS} A failure of the script is ignored.`,
    unset: 'nothing is run',
    since: '0.40.11',
    example: 'POST_INSTALL="scripts/after-install.sh"',
  },
  POST_REMOVE: {
    meaning: `The script that DKMS runs after it removed the modules. ${RUNS}`,
    unset: 'nothing is run',
    since: '0.40.11',
    example: 'POST_REMOVE="scripts/after-remove.sh"',
  },
  PRE_BUILD: {
    meaning: `The script that DKMS runs before MAKE, in the build directory, such as a configure. ${RUNS}`,
    unset: 'nothing is run',
    since: '1.11',
    changes: [{ release: '3.1.5', what: 'a script that fails makes the build fail' }],
    example: 'PRE_BUILD="configure --kernel $kernelver"',
  },
  PRE_INSTALL: {
    meaning: `The script that DKMS runs before it installs the modules. ${RUNS} If the script fails, nothing is installed (exit status 101).`,
    unset: 'nothing is run',
    since: '2.0.9.3',
    example: 'PRE_INSTALL="scripts/before-install.sh"',
  },
} as const satisfies Readonly<Record<string, DirectiveFacts>>;
