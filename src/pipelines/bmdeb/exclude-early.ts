import { availableParallelism } from 'node:os';
import { exclusionsBeforeHeaders } from '../../dkms/conf/conf-before-headers.ts';
import { refuseExcluded } from '../../module/compile/build-modules.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import type { Target } from './build-kernel.ts';
import { knownError } from './kernel-outcome.ts';

/**
 * Returns the targets. If dkms.conf excludes a kernel of an archive by its release or architecture, the target gets the
 * error `excluded` instead of headers, so no headers are fetched. The same is true of an error in dkms.conf.
 */
export async function excludeEarly(
  targets: readonly Target[],
  confFile: string,
): Promise<Target[]> {
  const exclusionOf = exclusionsBeforeHeaders(confFile);
  return mapConcurrently(targets, availableParallelism(), async (target) => {
    const { remote } = target.kernel;
    if (remote?.release === undefined || target.headers !== undefined) return target;
    const { release, machine } = remote;
    try {
      const conf = await exclusionOf({ release, machine });
      if (conf !== undefined) refuseExcluded(conf, release);
      return target;
    } catch (error) {
      return { ...target, headers: knownError(error) };
    }
  });
}
