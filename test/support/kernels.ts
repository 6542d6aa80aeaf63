import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { cached } from './project.ts';

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

/** The first installed release that starts with `series`, "6.1." or "6.12."; `rt` asks for PREEMPT_RT. */
export async function installedKernel(series: string, flavour: 'rt' | '' = ''): Promise<string> {
  const releases = await installedKernels();
  const found = releases.find(
    (release) => release.startsWith(series) && release.includes('-rt-') === (flavour === 'rt'),
  );
  if (!found) {
    throw new Error(
      `no headers of ${series} ${flavour} among ${releases.join(', ')}: run scripts/setup.sh --test`,
    );
  }
  return found;
}

/** Debian's own kernel for `release`, bootable: from /boot, else from the set-up's cache. */
export function kernelImage(release: string): string {
  const installed = `/boot/vmlinuz-${release}`;
  return existsSync(installed) ? installed : cached(`kernels/vmlinuz-${release}`);
}
