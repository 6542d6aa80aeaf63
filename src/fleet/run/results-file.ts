import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { writeWhole } from '../../system/files/output.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { RESULTS, type TaskResults } from './results-document.ts';

const MOST_BYTES = 64 * 1024 * 1024;
export const RESULTS_FILE = 'results.json';

/** Writes results.json into the directory of a task. */
export async function writeResults(directory: string, results: TaskResults): Promise<void> {
  const text = `${JSON.stringify(results, null, 1)}\n`;
  await writeWhole(join(directory, RESULTS_FILE), (temporary) => writeFile(temporary, text));
}

/**
 * Reads the results of a task of the plan with the sha256 `plan`. Returns undefined if the task has no results, or
 * results of another plan. Throws the errors of readAnyResults.
 */
export async function readResults(
  directory: string,
  plan: string,
): Promise<TaskResults | undefined> {
  const results = await readAnyResults(directory);
  return results?.plan === plan ? results : undefined;
}

/**
 * Reads the results of a task of any plan. Returns undefined if the task has no results.json. Throws InputError
 * `results-unreadable` if results.json does not contain valid results, and the errors of readTreeFile.
 */
export async function readAnyResults(directory: string): Promise<TaskResults | undefined> {
  const file = join(directory, RESULTS_FILE);
  let value: unknown;
  try {
    value = JSON.parse((await readTreeFile(file, MOST_BYTES)).toString('utf8'));
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  const result = RESULTS.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InputError('results-unreadable', 'these are not results of dkms-deb run', {
      where: { file },
      output: issue === undefined ? [] : [`${issue.path.join('.')}: ${issue.message}`],
      hint: 'Remove the directory of this results.json, and run the task again.',
    });
  }
  return result.data;
}
