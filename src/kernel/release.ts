import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelError } from '../errors.ts';

/**
 * `uname -r` of the kernel that a headers directory is for; undefined where it does not say. Debian's
 * include/config/kernel.release has the upstream version only: what modules get is UTS_RELEASE.
 */
export async function releaseOfHeaders(directory: string): Promise<string | undefined> {
  const read = (file: string) => readFile(join(directory, file), 'utf8').catch(() => undefined);
  const generated = await read('include/generated/utsrelease.h');
  const release =
    /^#define UTS_RELEASE "(.+)"$/m.exec(generated ?? '')?.[1] ??
    (await read('include/config/kernel.release'))?.trim();
  if (release !== undefined) checkRelease(release);
  return release;
}

/** A release as the names of Debian's packages have it (Policy 5.6.7): 6.1.0_a-RT → 6.1.0-a-rt. */
export function debianRelease(release: string): string {
  return release.toLowerCase().replaceAll('_', '-');
}

/** Debian's package of a kernel's headers. */
export function headersPackageName(release: string): string {
  return `linux-headers-${debianRelease(release)}`;
}

/** A kernel release becomes a file name, a package name and a make argument: refuse what is none. */
export function checkRelease(release: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/.test(release) && release.length <= 64) return;
  throw new KernelError('bad-kernel-release', `"${release}" is not a kernel release`, {
    hint: 'A release is what uname -r prints, such as 6.12.117+deb12-amd64; see ls /lib/modules.',
  });
}
