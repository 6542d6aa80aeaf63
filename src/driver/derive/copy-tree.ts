import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../system/process/run.ts';

/** What is no part of a driver's build, and may be large. */
const LEFT = new Set(['.git', '.hg', '.svn', '.pc', 'debian']);

/** A copy of the tree to build in; links stay links. */
export async function copyTree(tree: string, copy: string): Promise<void> {
  await mkdir(copy, { recursive: true });
  const names = (await readdir(tree)).filter((name) => !LEFT.has(name));
  if (names.length === 0) return;
  const paths = names.map((name) => join(tree, name));
  await run('cp', ['-a', '--no-preserve=ownership', '--reflink=auto', '-t', copy, '--', ...paths]);
  // As git checks a tree out; a recipe that writes a file over one that may only be read would fail.
  await run('chmod', ['-R', 'u+rwX', copy]);
}
