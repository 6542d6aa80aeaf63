import { availableParallelism } from 'node:os';
import { readConfBeforeHeaders } from '../../dkms/conf/conf-before-headers.ts';
import type { RemoteKernel } from '../../kernel/remote-kernel.ts';
import { refuseExcluded } from '../../module/compile/build-modules.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import type { Target } from './build-kernel.ts';
import { knownError } from './kernel-outcome.ts';

/**
 * Returns the targets. If dkms.conf excludes a kernel of an archive by its release or architecture, the target gets
 * the error `excluded` instead of headers, so no headers are fetched.
 */
export async function excludeEarly(
  targets: readonly Target[],
  confFile: string,
): Promise<Target[]> {
  return mapConcurrently(targets, availableParallelism(), async (target) => {
    const { remote } = target.kernel;
    if (remote === undefined || target.headers !== undefined) return target;
    try {
      await refuseRemote(remote, confFile);
      return target;
    } catch (error) {
      return { ...target, headers: knownError(error) };
    }
  });
}

async function refuseRemote({ release, machine }: RemoteKernel, confFile: string): Promise<void> {
  if (release === undefined) return;
  const conf = await readConfBeforeHeaders(confFile, { release, machine });
  if (conf !== undefined) refuseExcluded(conf, release);
}
