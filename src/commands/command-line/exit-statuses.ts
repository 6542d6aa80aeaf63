import type { EXIT } from '../../errors.ts';

/** What each exit status says, for man pages and docs; those that DKMS has are DKMS's. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  failed: 'something failed: the input is wrong, or the system refused',
  usage: 'wrong usage: an option or argument that is unknown, missing or does not fit the others',
  confMissing: 'there is no dkms.conf',
  patchMissing: 'a patch that dkms.conf names is missing, or outside of patches/',
  patchFailed: 'a patch does not apply',
  moduleMissing: 'make succeeded, but a module that dkms.conf names was not built',
  badConf: 'dkms.conf is not valid',
  makeFailed:
    'make failed, or no kernel would load what it made (a PRE_BUILD or POST_BUILD that fails: its own status, or this one for 77)',
  buildDepends: 'a driver that BUILD_DEPENDS names is missing',
  noHeaders: "the kernel's headers are not there or not usable",
  bug: 'a bug in dkms-deb',
  excluded: 'the kernel is excluded by BUILD_EXCLUSIVE_*',
};

/** Those that every command may end with. */
export const COMMON_EXITS: readonly (keyof typeof EXIT)[] = ['failed', 'usage', 'bug'];
