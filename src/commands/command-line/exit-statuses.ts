import type { EXIT } from '../../errors.ts';

/** The meanings of the exit statuses, for man pages and docs. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  failed: 'the command failed: the input is wrong, or the system refused an operation',
  usage: 'wrong usage: an option or argument is unknown, missing, or conflicts with another one',
  confMissing: 'dkms.conf is missing',
  patchMissing: 'a patch that dkms.conf names is missing, or is not in patches/',
  patchFailed: 'a patch does not apply',
  moduleMissing: 'make succeeded, but a module that dkms.conf names was not built',
  badConf: 'dkms.conf is not valid',
  makeFailed:
    'make failed, or the kernel would not load the modules (a failed PRE_BUILD or POST_BUILD script gives its own status, but 10 instead of 77)',
  buildDepends: 'a driver that BUILD_DEPENDS names is missing',
  noHeaders: 'the headers of the kernel are missing or not usable',
  bug: 'a bug in dkms-deb',
  excluded: 'the kernel is excluded by BUILD_EXCLUSIVE_*',
};

/** The exit statuses that any command may have, in addition to 0. */
export const COMMON_EXITS: readonly (keyof typeof EXIT)[] = ['failed', 'usage', 'bug'];
