import { join } from 'node:path';
import { hasFiles } from '../../package/modules/common-files.ts';
import { commonIdentity, stageCommonPackage } from '../../package/modules/common-package.ts';
import { type StagedPackage, writePackage } from '../../package/staged-package.ts';
import { checkOtherPackage } from '../../package/verify/check-written.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';
import { type KernelOutcome, knownError } from './kernel-outcome.ts';

type Source = Pick<DriverSource, 'common' | 'description' | 'timestamp'>;

/** Whether a driver has a package with files for all kernels. */
export function hasCommon({ common }: Pick<DriverSource, 'common'>): boolean {
  return common !== undefined && hasFiles(common);
}

/** Warns about files of the -dkms package that no package of modules has. */
export function warnOfLeftOut(
  { common, description }: Pick<DriverSource, 'common' | 'description'>,
  reporter: Reporter,
): void {
  for (const one of common?.leftOut ?? []) {
    reporter.warn(
      `the packages of modules lack a file of ${description.dkmsPackage}: ${one}`,
      'Put this file into another package if the driver needs it.',
    );
  }
}

/**
 * Writes `<name>-modules-common`, which serves all kernels, and returns its path. With `dryRun`, only returns the path.
 * Returns undefined if the driver has no files for all kernels. Throws the errors of writePackage.
 */
async function writeCommonPackage(
  dkmsName: string,
  { common, description, timestamp }: Source,
  { output, dryRun }: { readonly output: string; readonly dryRun: boolean },
): Promise<string | undefined> {
  if (dryRun && hasCommon({ common })) {
    return join(output, commonIdentity(dkmsName, description).fileName);
  }
  const staged = await stageCommon(dkmsName, { common, description, timestamp });
  return staged && writePackage(staged, output, checkOtherPackage);
}

/** Stages `<name>-modules-common`. Returns undefined if the driver has no files for all kernels. */
export async function stageCommon(
  dkmsName: string,
  { common, description, timestamp }: Source,
): Promise<StagedPackage | undefined> {
  if (common === undefined || !hasFiles(common)) return undefined;
  return stageCommonPackage(dkmsName, common, description, { timestamp });
}

/**
 * Returns a function that writes `<name>-modules-common` once for each name and rebuild, and adds its path to the
 * outcome of a build. If writing fails, the build fails, too, because its package depends on `<name>-modules-common`.
 * dkms.conf may give a driver another name for each kernel.
 */
export function commonWriter(
  output: string,
): (outcome: KernelOutcome, source: Source) => Promise<KernelOutcome> {
  const files = new Map<string, Promise<string | undefined>>();
  return async (outcome, source) => {
    const { dkmsName, status } = outcome;
    if (status !== 'built' || dkmsName === undefined) return outcome;
    const key = `${dkmsName} ${source.description.rebuild ?? ''}`;
    const file = files.get(key) ?? writeCommonPackage(dkmsName, source, { output, dryRun: false });
    files.set(key, file);
    try {
      return { ...outcome, common: await file };
    } catch (error) {
      return { ...outcome, status: 'failed', error: knownError(error) };
    }
  };
}

/** Writes `<name>-modules-common` for each name that the driver has in successful builds, and returns the paths. */
export async function writeCommonPackages(
  outcomes: readonly KernelOutcome[],
  source: Source,
  choices: { readonly output: string; readonly dryRun: boolean },
): Promise<string[]> {
  const names = new Set(outcomes.flatMap(({ dkmsName }) => dkmsName ?? []));
  const written: string[] = [];
  for (const name of names) {
    const file = await writeCommonPackage(name, source, choices);
    if (file !== undefined) written.push(file);
  }
  return written;
}
