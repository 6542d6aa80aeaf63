import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { run } from '../system/process/run.ts';
import type { PlannedFile } from './files/generated-file.ts';

/**
 * Returns the difference between a file and the text that init would write, as `diff -u` shows it. Returns '' if they
 * are equal. Files that init keeps are also compared. The path of the file is relative to `directory`.
 */
export async function diffOf(file: PlannedFile, directory = 'debian'): Promise<string> {
  const { before, text, action, path } = file;
  const after = action === 'remove' ? '' : text;
  if ((before ?? '') === after) return '';
  return diff(before ?? '', after, [
    before === undefined ? '/dev/null' : `a/${directory}/${path}`,
    action === 'remove' ? '/dev/null' : `b/${directory}/${path}`,
  ]);
}

/** Returns the difference between two states of a file, as `diff -u` shows it. */
export async function diffTexts(path: string, before: Uint8Array, after: Uint8Array) {
  const shown = path.replace(/^\//, '');
  return diff(before, after, [`a/${shown}`, `b/${shown}`]);
}

async function diff(
  before: string | Uint8Array,
  after: string | Uint8Array,
  labels: readonly string[],
): Promise<string> {
  return withTemporaryDirectory('diff', async (scratch) => {
    const [old, wanted] = [join(scratch, 'old'), join(scratch, 'new')];
    await Promise.all([writeFile(old, before), writeFile(wanted, after)]);
    const args = ['-u', ...labels.flatMap((label) => ['--label', label]), old, wanted];
    return (await run('diff', args, { accept: [0, 1] })).stdout;
  });
}
