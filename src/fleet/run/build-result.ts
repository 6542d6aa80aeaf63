import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256OfFile } from '../../archives/store/header-store.ts';
import type { DkmsDebError } from '../../errors.ts';
import { isErrorLine } from '../../module/compile/make-log.ts';
import type { KernelOutcome } from '../../pipelines/bmdeb/kernel-outcome.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import type { PlannedBuild, PlannedKernel } from '../plan/plan-document.ts';
import type { BuildResult } from './results-document.ts';

type Head = Pick<BuildResult, 'driver' | 'kernel' | 'key' | 'required'>;

function headOf({ driver, kernel, key }: PlannedBuild, { required }: PlannedKernel): Head {
  return { driver, kernel, key, required };
}

/**
 * Converts the outcome of a build into its entry of results.json. If the hint of the error names a log, the log is
 * copied into logs/ of `directory`. A log that cannot be copied is left out.
 */
export async function resultOf(
  build: PlannedBuild,
  kernel: PlannedKernel,
  outcome: KernelOutcome,
  directory: string,
): Promise<BuildResult> {
  const { status, seconds, cached, file, dbgsym, common, modules, error } = outcome;
  const head = { ...headOf(build, kernel), seconds: Number(seconds.toFixed(2)) };
  if (status === 'excluded') return { ...head, status, reason: error?.message ?? '' };
  if (error !== undefined || file === undefined) {
    return {
      ...head,
      status: 'failed',
      ...(error && { error: await errorOf(error, build, directory) }),
    };
  }
  return {
    ...head,
    status,
    ...(cached === true && { cached }),
    file: basename(file),
    sha256: await sha256OfFile(file),
    ...(dbgsym !== undefined && {
      dbgsym: basename(dbgsym),
      dbgsymSha256: await sha256OfFile(dbgsym),
    }),
    ...(common !== undefined && {
      common: basename(common),
      commonSha256: await sha256OfFile(common),
    }),
    ...(modules && { modules: [...modules] }),
  };
}

/** Returns the entry of results.json for a build that could not be begun, or whose worker was lost. */
export function failedResult(
  build: PlannedBuild,
  kernel: PlannedKernel,
  { code, message, hint }: Pick<DkmsDebError, 'code' | 'message' | 'hint'>,
): BuildResult {
  const error = { code, message, ...(hint !== undefined && { hint }) };
  return { ...headOf(build, kernel), status: 'failed', seconds: 0, error };
}

async function errorOf(
  error: DkmsDebError,
  { driver, kernel }: PlannedBuild,
  directory: string,
): Promise<NonNullable<BuildResult['error']>> {
  const { code, message, hint, output } = error;
  const firstError = output.find(isErrorLine)?.trim();
  const log = await keepLog(hint, `${driver}_${kernel}.log`, directory);
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(firstError !== undefined && { firstError: firstError.slice(0, 1000) }),
    ...(log !== undefined && { log }),
  };
}

/** Copies the log that a hint names. Returns its path relative to `directory`; undefined if no log can be copied. */
async function keepLog(
  hint: string | undefined,
  name: string,
  directory: string,
): Promise<string | undefined> {
  const [, file] = /Read the whole log: (\/\S+\.log)/.exec(hint ?? '') ?? [];
  if (file === undefined) return undefined;
  const own = `logs/${name.replace(/[^A-Za-z0-9.+~:_-]/g, '_')}`;
  try {
    await makeDirectory(join(directory, 'logs'));
    await copyFile(file, join(directory, own));
    return own;
  } catch {
    return undefined;
  }
}
