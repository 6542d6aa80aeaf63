import { join } from 'node:path';
import { debFileName } from '../../debian/deb-file-name.ts';
import { modulesPackageName } from '../../dkms/conf/names.ts';
import { modulesVersion } from '../../package/modules/kernel-relations.ts';
import type { Plan, PlannedTask } from '../plan/plan-document.ts';
import { partsOfBuilds } from '../plan/planned-parts.ts';

/**
 * Returns the paths of the packages that tasks would write, relative to the directory of the results. A driver may
 * exclude a kernel by its configuration, which is not known before its headers are there. Throws the error of partsOfBuilds.
 */
export function expectedFiles(
  plan: Plan,
  planFile: string,
  tasks: readonly PlannedTask[],
): string[] {
  const partsOf = partsOfBuilds(plan, planFile);
  return tasks.flatMap(({ id, builds }) =>
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
      return names.map((one) => join(id, debFileName(one, version, kernel.architecture)));
    }),
  );
}
