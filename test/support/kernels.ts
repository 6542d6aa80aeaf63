import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { run } from '../../src/system/process/run.ts';
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
  return (await installedKernels()).filter(
    (release) => isInstalled(release) || existsSync(`${PROJECT}/.cache/kernels/${release}/control`),
  );
}

function isInstalled(release: string): boolean {
  return existsSync(`/boot/vmlinuz-${release}`);
}

/** What Debian's linux-image package of a release brings. */
export interface KernelImage {
  /** A bzImage. */
  readonly file: string;
  /** The directory of modules.order and kernel/; of a cached image kernel/ has what drivers ask for. */
  readonly modules: string;
  /** The package as dpkg's status file has it. */
  readonly status: string;
}

/** Debian's own kernel for `release`: the installed one, else that of the set-up's cache. */
export async function kernelImage(release: string): Promise<KernelImage> {
  if (isInstalled(release)) {
    const { stdout } = await run('dpkg-query', ['-s', `linux-image-${release}`]);
    return {
      file: `/boot/vmlinuz-${release}`,
      modules: `/lib/modules/${release}`,
      status: stdout,
    };
  }
  const control = await readFile(cached(`kernels/${release}/control`), 'utf8');
  return {
    file: cached(`kernels/${release}/boot/vmlinuz-${release}`),
    // bookworm's packages have it below /lib, trixie's below /usr/lib.
    modules: existsSync(`${PROJECT}/.cache/kernels/${release}/lib`)
      ? cached(`kernels/${release}/lib/modules/${release}`)
      : cached(`kernels/${release}/usr/lib/modules/${release}`),
    status: control.replace('\n', '\nStatus: install ok installed\n'),
  };
}
