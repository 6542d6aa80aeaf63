import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { cached, PROJECT } from './project.ts';

/**
 * The kernel releases whose headers are installed, in order (6.1 before 6.12). Looks for itself,
 * without src/kernel: it is what that code is measured by.
 */
export async function installedKernels(): Promise<string[]> {
  const releases = await readdir('/lib/modules');
  return releases
    .filter((release) => existsSync(`/lib/modules/${release}/build/include`))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Those of them that can be booted here: Debian's kernel image of the same release is there. */
export async function bootableKernels(): Promise<string[]> {
  return (await installedKernels()).filter((release) => imageOf(release) !== undefined);
}

/** Debian's own kernel for `release`: from /boot, else from the set-up's cache. */
export function kernelImage(release: string): string {
  return imageOf(release) ?? cached(`kernels/vmlinuz-${release}`);
}

function imageOf(release: string): string | undefined {
  const places = [`/boot/vmlinuz-${release}`, `${PROJECT}/.cache/kernels/vmlinuz-${release}`];
  return places.find((file) => existsSync(file));
}
