import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../../archives/store/header-store.ts';
import type { PlannedTask } from '../plan/plan-document.ts';
import type { TaskResults } from './results-document.ts';

/**
 * Whether results are of this task and complete: they have every build of the task, except builds that only other
 * drivers need, and the directory has every package that the results name, byte for byte.
 */
export async function isWhole(
  results: TaskResults,
  task: PlannedTask,
  directory: string,
): Promise<boolean> {
  if (results.task !== task.id) return false;
  const keys = new Map(
    results.builds.map(({ driver, kernel, key }) => [`${driver} ${kernel}`, key]),
  );
  const wanted = task.builds.filter(({ neededBy }) => neededBy === undefined);
  if (wanted.some(({ driver, kernel, key }) => keys.get(`${driver} ${kernel}`) !== key))
    return false;
  for (const build of results.builds) {
    for (const [name, digest] of [
      [build.file, build.sha256],
      [build.dbgsym, build.dbgsymSha256],
      [build.common, build.commonSha256],
    ] as const) {
      if (name === undefined) continue;
      const path = join(directory, name);
      const found = await lstat(path).catch(() => undefined);
      if (!found?.isFile() || (await sha256OfFile(path)) !== digest) return false;
    }
  }
  return true;
}

/** Whether a task is done: each of its builds is built or excluded. It then need not run again. */
export function isDone({ builds }: TaskResults): boolean {
  return builds.every(({ status }) => status !== 'failed');
}
