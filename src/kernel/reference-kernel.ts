import type { KernelHeaders } from './headers.ts';

/**
 * The kernel that dkms.conf is evaluated for where none is named (init, build): one whose headers
 * nobody has. What these commands write must not depend on the kernels of the machine they run on.
 */
export function referenceKernel(): Pick<
  KernelHeaders,
  'release' | 'machine' | 'directory' | 'configFile'
> {
  const release = '6.12.0-reference';
  return {
    release,
    machine: 'x86_64',
    directory: `/lib/modules/${release}/build`,
    configFile: undefined,
  };
}
