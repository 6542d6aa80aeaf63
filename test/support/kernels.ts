import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { run } from '../../src/system/process/run.ts';
import { cached, PROJECT } from './project.ts';

/**
 * Returns the kernel releases with installed headers, in order (6.1 before 6.12). Does not use src/kernel,
 * because that is what the tests check.
 */
export async function installedKernels(): Promise<string[]> {
  const releases = await readdir('/lib/modules');
  return releases
    .filter((release) => existsSync(`/lib/modules/${release}/build/include`))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Returns the releases that can be booted here, because Debian's kernel image is installed or cached. */
export async function bootableKernels(): Promise<string[]> {
  return (await installedKernels()).filter(
    (release) => isInstalled(release) || existsSync(`${PROJECT}/.cache/kernels/${release}/control`),
  );
}

function isInstalled(release: string): boolean {
  return existsSync(`/boot/vmlinuz-${release}`);
}

/** The contents of Debian's linux-image package of a release. */
export interface KernelImage {
  /** The kernel, a bzImage. */
  readonly file: string;
  /**
   * The directory with modules.order and kernel/. For a cached image, kernel/ has only the modules that
   * the drivers need.
   */
  readonly modules: string;
  /** The package's stanza in dpkg's status file. */
  readonly status: string;
}

/** Returns Debian's own kernel for `release`: the installed one, else that of the set-up's cache. */
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
    // Packages of bookworm have the modules below /lib, those of trixie below /usr/lib.
    modules: existsSync(`${PROJECT}/.cache/kernels/${release}/lib`)
      ? cached(`kernels/${release}/lib/modules/${release}`)
      : cached(`kernels/${release}/usr/lib/modules/${release}`),
    status: control.replace('\n', '\nStatus: install ok installed\n'),
  };
}
