import { join } from 'node:path';
import { debFileName } from '../../debian/deb-file-name.ts';
import { modulesPackageName } from '../../dkms/conf/names.ts';
import { modulesVersion } from '../../package/modules/kernel-relations.ts';
import type { Plan, PlannedTask } from '../plan/plan-document.ts';

/**
 * Returns the paths of the packages that tasks would write, relative to the directory of the results. A driver may
 * exclude a kernel by its configuration, which is not known before its headers are there.
 */
export function expectedFiles(
  { drivers, kernels, packages }: Plan,
  tasks: readonly PlannedTask[],
): string[] {
  return tasks.flatMap(({ id, builds }) =>
    builds.flatMap((build) => {
      const driver = drivers.find((one) => one.id === build.driver);
      const kernel = kernels.find((one) => one.id === build.kernel);
      if (driver === undefined || kernel === undefined || build.neededBy !== undefined) return [];
      const name = modulesPackageName(driver.name, kernel.name);
      const version = modulesVersion({
        version: driver.description.version,
        kernelVersion: kernel.version,
        rebuild: build.rebuild,
      });
      const names = packages.dbgsym ? [name, `${name}-dbgsym`] : [name];
      return names.map((one) => join(id, debFileName(one, version, kernel.architecture)));
    }),
  );
}
