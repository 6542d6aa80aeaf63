import type { DirectiveFacts } from './facts-form.ts';

const NO_EFFECT = { release: '2.8.8', instead: 'delete the line: it has no effect' };

/** Directives that are deprecated or have no effect. */
export const OLD_DIRECTIVES = {
  OBSOLETE_BY: {
    meaning: 'The release of the kernel from which on the driver is not needed.',
    unset: 'the driver is needed for all releases',
    since: '2.0.20.0',
    changes: [
      { release: '3.1.8', what: 'is used as BUILD_EXCLUSIVE_KERNEL_MAX if that is not set' },
    ],
    deprecated: { release: '3.4.0', instead: 'use BUILD_EXCLUSIVE_KERNEL_MAX' },
    example: 'OBSOLETE_BY="6.7.0"',
  },
  CLEAN: {
    meaning:
      'The command that cleaned the source. Debian 12 has DKMS 3.0.10, which still runs it before and after each build.',
    unset: 'nothing is run: each build begins with a fresh copy of the source',
    since: '0.22.04',
    changes: [{ release: '3.1.7', what: 'is not run before the build any more' }],
    deprecated: {
      release: '3.1.8',
      instead: 'delete the line, or write CLEAN="true", a command that does nothing',
    },
    example: 'CLEAN="true"',
  },
  REMAKE_INITRD: {
    meaning:
      'Asked for a new initramfs after installation. Today DKMS does not make one: a package of the driver needs a trigger for that.',
    unset: 'no initramfs is made',
    since: '0.27.05',
    deprecated: NO_EFFECT,
    example: 'REMAKE_INITRD="yes"',
  },
  MODULES_CONF: {
    meaning: 'Lines for /etc/modules.conf of Linux 2.4.',
    unset: 'no line is added',
    since: '0.22.04',
    deprecated: NO_EFFECT,
    example: 'MODULES_CONF[0]="alias eth0 foo"',
  },
  MODULES_CONF_OBSOLETES: {
    meaning: 'Modules whose lines in /etc/modules.conf were replaced.',
    unset: 'no line is replaced',
    since: '0.44.05',
    deprecated: NO_EFFECT,
    example: 'MODULES_CONF_OBSOLETES[0]="old"',
  },
  MODULES_CONF_ALIAS_TYPE: {
    meaning: 'The kind of alias that was added to /etc/modules.conf, such as eth.',
    unset: 'no alias is added',
    since: '0.27.05',
    deprecated: NO_EFFECT,
    example: 'MODULES_CONF_ALIAS_TYPE[0]="eth"',
  },
  MODULES_CONF_OBSOLETE_ONLY: {
    meaning: 'Whether lines of /etc/modules.conf were only removed, not replaced.',
    unset: 'it counts as no',
    since: '0.99.01',
    deprecated: NO_EFFECT,
    example: 'MODULES_CONF_OBSOLETE_ONLY[0]="yes"',
  },
} as const satisfies Readonly<Record<string, DirectiveFacts>>;
