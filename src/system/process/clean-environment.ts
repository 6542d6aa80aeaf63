import { temporaryParent } from './cleanup.ts';

/**
 * Returns the environment of every child process: PATH, HOME, TMPDIR if it is set, LC_ALL for English messages, and
 * `extra`. Other variables of the caller such as MAKEFLAGS, CC, CFLAGS, KCFLAGS or ARCH must not change the build
 * (dkms.in unsets CC, CXX, CFLAGS, CXXFLAGS and LDFLAGS).
 */
export function cleanEnvironment(
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: process.env.PATH || '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: process.env.HOME || '/',
    LC_ALL: 'C.UTF-8',
  };
  if (!environment.PATH?.split(':').includes('/usr/sbin')) environment.PATH += ':/usr/sbin:/sbin';
  if (process.env.TMPDIR) environment.TMPDIR = temporaryParent();
  return { ...environment, ...extra };
}
