import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelError } from '../errors.ts';

/**
 * Returns the release (`uname -r`) of the kernel of a headers directory. Returns undefined if the headers do not
 * contain it. UTS_RELEASE is preferred, because the vermagic of modules has it. Debian's include/config/kernel.release
 * has only the upstream version. Throws the error of checkRelease.
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

/** Returns a release in the form that package names allow (Policy 5.6.7): 6.1.0-a-rt for 6.1.0_a-RT. */
export function debianRelease(release: string): string {
  return release.toLowerCase().replaceAll('_', '-');
}

/** Returns the name of the package with the headers of a kernel in Debian. */
export function headersPackageName(release: string): string {
  return `linux-headers-${debianRelease(release)}`;
}

/**
 * Throws KernelError `bad-kernel-release` unless `release` is a valid kernel release: at most 64 letters, digits and
 * `.+~_-`. It must be valid, because it becomes a file name, a part of package names and an argument of make.
 */
export function checkRelease(release: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/.test(release) && release.length <= 64) return;
  throw new KernelError('bad-kernel-release', `"${release}" is not a kernel release`, {
    hint: 'Give a release as uname -r prints it, such as 6.12.117+deb12-amd64. ls /lib/modules lists the installed releases.',
  });
}
