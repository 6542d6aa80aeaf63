import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultsBelow } from '../../../src/fleet/run/results-below.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { KEY } from '../../support/small-plan.ts';

async function below(output: string, most?: number) {
  const warned: string[] = [];
  const reporter = { warn: (message: string) => void warned.push(message) };
  const found = await resultsBelow(output, 'they are not used', reporter, {
    ...(most !== undefined && { most }),
  });
  return { names: found.map(({ name }) => name), warned };
}

test('bug: results in more than 2000 directories were left out without a word', async () => {
  await withTemporaryDirectory('results', async (output) => {
    const text = JSON.stringify({ schema: 1, plan: KEY.slice(7), task: 'x', builds: [] });
    const names = Array.from({ length: 5 }, (_, i) => `task-${String(i).padStart(4, '0')}`);
    for (const name of names) {
      await mkdir(join(output, name));
      await writeFile(join(output, name, 'results.json'), text);
    }
    // What has no results does not count.
    await mkdir(join(output, 'logs'));
    const found = await below(output, 2);
    expect(found.names).toEqual(names.slice(0, 2));
    expect(found.warned).toEqual([
      `3 of 5 directories of results in ${output} were not read, so they are not used`,
    ]);
  });
});

test.skipIf(process.getuid?.() === 0)(
  'bug: results in a directory of another user were left out without a word',
  async () => {
    await withTemporaryDirectory('results', async (output) => {
      await mkdir(join(output, 'task-1'));
      await chmod(join(output, 'task-1'), 0);
      expect(await below(output)).toEqual({
        names: [],
        warned: [`the results of task-1 in ${output} cannot be read, so they are not used`],
      });
      await chmod(output, 0);
      await expect(below(output)).rejects.toMatchObject({ code: 'file-unreadable' });
      await chmod(output, 0o700);
      await chmod(join(output, 'task-1'), 0o700);
    });
  },
);
