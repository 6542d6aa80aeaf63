import type { KernelHeaders } from './headers.ts';

/**
 * Returns the kernel for which dkms.conf is evaluated if no kernel is given (init, build). Its headers do not exist,
 * because the result must not depend on the kernels of the machine.
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
