import { join } from 'node:path';
import { debFileName } from '../../debian/deb-file-name.ts';
import { modulesPackageName } from '../../dkms/conf/names.ts';
import { commonIdentity } from '../../package/modules/common-package.ts';
import { modulesVersion } from '../../package/modules/kernel-relations.ts';
import type { Plan, PlannedTask } from '../plan/plan-document.ts';
import { partsOfBuilds } from '../plan/planned-parts.ts';

/**
 * Returns the paths of the packages that tasks would write, relative to the directory of the results. Some of them may
 * never be written: only the headers show which kernels a driver excludes by BUILD_EXCLUSIVE_CONFIG. Throws the error
 * of partsOfBuilds.
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
      const { driver, kernel } = partsOf(build);
      const name = modulesPackageName(driver.name, kernel.name);
      const version = modulesVersion({
        version: driver.description.version,
        kernelVersion: kernel.version,
        rebuild: build.rebuild,
      });
      const names = plan.packages.dbgsym ? [name, `${name}-dbgsym`] : [name];
      const files = names.map((one) => debFileName(one, version, kernel.architecture));
      if (driver.common !== undefined) {
        const about = { version: driver.description.version, rebuild: build.rebuild };
        files.push(commonIdentity(driver.name, about).fileName);
      }
      return files.map((one) => join(id, one));
    }),
  );
  // The builds of a driver write one package with the files for all kernels.
  return [...new Set(all)];
}
