import { join } from 'node:path';
import { debFileName } from '../../debian/deb-file-name.ts';
import { modulesPackageName } from '../../dkms/conf/names.ts';
import { commonIdentity } from '../../package/modules/common-package.ts';
import { modulesVersion } from '../../package/modules/kernel-relations.ts';
import type { Plan, PlannedBuild, PlannedTask } from '../plan/plan-document.ts';
import { type BuildParts, partsOfBuilds } from '../plan/planned-parts.ts';

/**
 * Returns the paths of the packages that tasks would write, relative to the directory of the results. Builds that only
 * other drivers need write none. Some packages may never be written: only the headers show which kernels a driver
 * excludes by BUILD_EXCLUSIVE_CONFIG. Throws the error of partsOfBuilds.
 */
export function expectedFiles(
  plan: Plan,
  planFile: string,
  tasks: readonly PlannedTask[],
): string[] {
  const partsOf = partsOfBuilds(plan, planFile);
  const all = tasks.flatMap(({ id, builds }) =>
    builds.flatMap((build) => {
      if (build.neededBy !== undefined) return [];
      return namesOfBuild(build, partsOf(build), plan.packages).map((name) => join(id, name));
    }),
  );
  // The builds of a driver write one package with the files for all kernels.
  return [...new Set(all)];
}

/**
 * Returns the names of the packages that a build writes, in this order: the package of modules, the package with debug
 * data if the plan wants it, and the package with the files for all kernels if the driver has such files.
 */
export function namesOfBuild(
  { rebuild }: PlannedBuild,
  { driver, kernel }: BuildParts,
  { dbgsym }: Pick<Plan['packages'], 'dbgsym'>,
): string[] {
  const name = modulesPackageName(driver.name, kernel.name);
  const about = { version: driver.description.version, rebuild };
  const version = modulesVersion({ ...about, kernelVersion: kernel.version });
  const names = dbgsym ? [name, `${name}-dbgsym`] : [name];
  const files = names.map((one) => debFileName(one, version, kernel.architecture));
  if (driver.common === undefined) return files;
  return [...files, commonIdentity(driver.name, about).fileName];
}
