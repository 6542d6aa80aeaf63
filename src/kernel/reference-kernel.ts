import { release } from 'node:os';
import { run } from '../system/run.ts';
import { machineOf } from './architecture.ts';
import { installedReleases, type KernelHeaders, readHeaders } from './headers.ts';

/**
 * A kernel to evaluate dkms.conf for where none is named (init, build): the newest installed one
 * with headers, else the running one, whose headers directory then does not exist.
 */
export async function referenceKernel(): Promise<
  Pick<KernelHeaders, 'release' | 'machine' | 'directory' | 'configFile'>
> {
  const newest = (await installedReleases()).at(-1);
  if (newest !== undefined) return readHeaders(newest);
  const { stdout } = await run('dpkg', ['--print-architecture']);
  const running = release();
  return {
    release: running,
    machine: machineOf(stdout.trim()),
    directory: `/lib/modules/${running}/build`,
    configFile: undefined,
  };
}
