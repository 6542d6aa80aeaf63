import { headersPart, toolchainPart } from '../../archives/kernel-key.ts';
import { InputError } from '../../errors.ts';
import { type BuildKey, buildKeyOf } from '../../package/modules/build-key.ts';
import { optionsPart, sourcePart } from '../../package/modules/key-options.ts';
import type { Plan, PlannedDriver, PlannedKernel, PlannedToolchain } from './plan-document.ts';

type Choices = Plan['packages'];

/** Computes Build-Keys as bmdeb does when it builds. */
export interface PlanKeys {
  keyOf(driver: PlannedDriver, kernel: PlannedKernel): BuildKey;
  /** Returns the drivers of the plan that BUILD_DEPENDS of this driver names. */
  needsOf(driver: PlannedDriver): readonly PlannedDriver[];
}

/**
 * Returns functions that compute Build-Keys for the drivers of a plan. Throws InputError `needs-driver` if
 * BUILD_DEPENDS names a driver that the plan does not have, or if drivers need each other in a circle.
 */
export function planKeys(
  drivers: readonly PlannedDriver[],
  toolchains: readonly PlannedToolchain[],
  choices: Choices,
): PlanKeys {
  const byName = new Map(drivers.map((driver) => [driver.name, driver]));
  const needs = new Map(drivers.map((driver) => [driver, neededDrivers(driver, byName)]));
  const needsOf = (driver: PlannedDriver) => needs.get(driver) ?? [];
  const checked = new Set<PlannedDriver>();
  for (const driver of drivers) refuseCircle(driver, needsOf, checked, []);
  const sources = new Map(
    drivers.map((driver) => {
      const { sha256, description, timestamp, common } = driver;
      const described = { ...description, homepage: description.homepage };
      return [driver, sourcePart(sha256, described, timestamp, common)];
    }),
  );
  const compilers = new Map(toolchains.map(({ id, packages }) => [id, toolchainPart(packages)]));
  const unnamed = toolchainPart(undefined);
  const headers = new Map<PlannedKernel, string>();
  const plain = new Map<PlannedDriver, string>();
  /**
   * By kernel: the keys of drivers that need other drivers. They are kept, because several drivers may need one driver.
   */
  const known = new Map<PlannedKernel, Map<PlannedDriver, BuildKey>>();
  const keyOf = (driver: PlannedDriver, kernel: PlannedKernel): BuildKey => {
    const found = known.get(kernel)?.get(driver);
    if (found !== undefined) return found;
    const ofKernel = headers.get(kernel) ?? headersPart(kernel);
    headers.set(kernel, ofKernel);
    const needed = needsOf(driver);
    let options = needed.length > 0 ? undefined : plain.get(driver);
    if (options === undefined) {
      const dependencies = needed.map((one) => ({ name: one.name, key: keyOf(one, kernel).key }));
      options = optionsPart(driver.description.maintainer, choices, dependencies);
      if (needed.length === 0) plain.set(driver, options);
    }
    const key = buildKeyOf({
      source: sources.get(driver) ?? '',
      conf: driver.confSha256,
      headers: ofKernel,
      toolchain: compilers.get(kernel.toolchain ?? '') ?? unnamed,
      options,
    });
    if (needed.length > 0) {
      const ofThisKernel = known.get(kernel) ?? new Map<PlannedDriver, BuildKey>();
      known.set(kernel, ofThisKernel.set(driver, key));
    }
    return key;
  };
  return { keyOf, needsOf };
}

function neededDrivers(
  { name, buildDepends }: PlannedDriver,
  byName: ReadonlyMap<string, PlannedDriver>,
): PlannedDriver[] {
  return buildDepends.map((needed) => {
    const found = byName.get(needed);
    if (found !== undefined) return found;
    throw new InputError(
      'needs-driver',
      `${name} needs ${needed} (BUILD_DEPENDS), but no driver of the plan has this name`,
      {
        hint: `Name the driver ${needed}, too: in dkms-deb.yaml, or as an argument of plan.`,
      },
    );
  });
}

/**
 * Throws InputError `needs-driver` if a driver needs itself. `way` are the drivers that led to this driver. The drivers
 * in `checked` are known not to be in a circle.
 */
function refuseCircle(
  driver: PlannedDriver,
  needsOf: (driver: PlannedDriver) => readonly PlannedDriver[],
  checked: Set<PlannedDriver>,
  way: readonly PlannedDriver[],
): void {
  if (checked.has(driver)) return;
  if (way.includes(driver)) {
    const names = [...way.slice(way.indexOf(driver)), driver].map(({ name }) => name).join(' → ');
    throw new InputError('needs-driver', `drivers need each other in a circle: ${names}`, {
      hint: 'Correct BUILD_DEPENDS in the dkms.conf of these drivers.',
    });
  }
  for (const needed of needsOf(driver)) refuseCircle(needed, needsOf, checked, [...way, driver]);
  checked.add(driver);
}
