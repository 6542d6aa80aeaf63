import { availableParallelism } from 'node:os';
import { readConfBeforeHeaders } from '../../dkms/conf/conf-before-headers.ts';
import { kernelExclusion } from '../../dkms/conf/kernel-exclusion.ts';
import { machineOf } from '../../kernel/architecture.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import type { CachedDriver } from './driver-cache.ts';
import type { PlannedKernel } from './plan-document.ts';

type Kernel = Pick<PlannedKernel, 'id' | 'release' | 'architecture'>;

/**
 * Returns why a driver excludes kernels by their release or architecture. The keys are the ids of the excluded kernels.
 * Exclusions that only the headers show are missing: those by BUILD_EXCLUSIVE_CONFIG, and those of kernels whose
 * release is in their headers only.
 */
export async function excludeKernels(
  driver: CachedDriver,
  kernels: readonly Kernel[],
): Promise<ReadonlyMap<string, string>> {
  const excluded = new Map<string, string>();
  const { values } = driver;
  const exclusion =
    values && kernelExclusion(new Map(values.map(([name, own]) => [name, new Map(own)])));
  const asked: { kernel: Kernel; release: string; machine: string; key: string }[] = [];
  for (const kernel of kernels) {
    const { id, release, architecture } = kernel;
    if (release === null) continue;
    const machine = machineOf(architecture);
    const key = `${release} ${machine}`;
    const reason = exclusion ? (exclusion({ release, machine }) ?? '') : driver.exclusions.get(key);
    if (reason === undefined) asked.push({ kernel, release, machine, key });
    else if (reason !== '') excluded.set(id, reason);
  }
  if (asked.length === 0) return excluded;
  const confFile = await driver.confFile();
  await mapConcurrently(
    asked,
    availableParallelism(),
    async ({ kernel, release, machine, key }) => {
      const conf = await readConfBeforeHeaders(confFile, { release, machine });
      driver.exclusions.set(key, conf?.excluded ?? '');
      if (conf?.excluded !== undefined) excluded.set(kernel.id, conf.excluded);
    },
  );
  return excluded;
}
