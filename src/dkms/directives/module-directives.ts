import type { DirectiveFacts } from './facts-form.ts';

const INDEX = 'The index is that of the module in BUILT_MODULE_NAME.';

/** Directives about each module. */
export const MODULE_DIRECTIVES = {
  BUILT_MODULE_NAME: {
    meaning:
      'The name of a module as kbuild builds it, without .ko: exactly as in obj-m, with its dashes and underscores.',
    unset: 'the only module has the name PACKAGE_NAME; with several modules, the file is refused',
    since: '0.36.05',
    example: 'BUILT_MODULE_NAME[0]="foo"',
  },
  BUILT_MODULE_LOCATION: {
    meaning: `The directory of the source in which the build leaves the module. ${INDEX}`,
    unset: 'the module is at the top of the source',
    since: '0.36.05',
    example: 'BUILT_MODULE_LOCATION[0]="src/"',
  },
  DEST_MODULE_NAME: {
    meaning: `The name under which the module is installed, without .ko. ${INDEX}`,
    unset: 'the module keeps its BUILT_MODULE_NAME',
    since: '0.36.05',
    example: 'DEST_MODULE_NAME[0]="foo"',
  },
  DEST_MODULE_LOCATION: {
    meaning: `The directory below /lib/modules/RELEASE for the module. It must begin with /kernel, /updates or /extra. On Debian, Ubuntu and Arch, DKMS ignores the value otherwise, and uses /updates/dkms. ${INDEX}`,
    unset: 'the file is refused (exit status 8)',
    since: '0.36.05',
    example: 'DEST_MODULE_LOCATION[0]="/updates"',
  },
  STRIP: {
    meaning: `Whether DKMS removes debug data from the module with strip -g. A value that begins with n means no. ${INDEX}`,
    unset: 'STRIP[0] counts; if STRIP[0] is not set either, the debug data is removed',
    since: '2.0.0',
    example: 'STRIP[0]="no"',
  },
} as const satisfies Readonly<Record<string, DirectiveFacts>>;
