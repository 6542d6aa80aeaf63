import { InputError } from '../../errors.ts';
import type { Plan, PlannedBuild, PlannedDriver, PlannedKernel } from './plan-document.ts';

/** The driver and the kernel of a build. */
export interface BuildParts {
  readonly driver: PlannedDriver;
  readonly kernel: PlannedKernel;
}

/**
 * Returns a function that finds the driver and the kernel of a build. This function throws InputError `plan-unreadable`
 * if the plan lacks the driver or the kernel.
 */
export function partsOfBuilds(
  { drivers, kernels }: Pick<Plan, 'drivers' | 'kernels'>,
  planFile: string,
): (build: PlannedBuild) => BuildParts {
  const driverOf = new Map(drivers.map((driver) => [driver.id, driver]));
  const kernelOf = new Map(kernels.map((kernel) => [kernel.id, kernel]));
  return (build) => {
    const [driver, kernel] = [driverOf.get(build.driver), kernelOf.get(build.kernel)];
    if (driver !== undefined && kernel !== undefined) return { driver, kernel };
    const message = `the plan does not have ${build.driver} or ${build.kernel}`;
    throw new InputError('plan-unreadable', message, {
      where: { file: planFile },
      hint: 'Make the plan again with: dkms-deb plan',
    });
  };
}
