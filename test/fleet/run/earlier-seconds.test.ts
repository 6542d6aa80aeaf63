import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { earlierSeconds } from '../../../src/fleet/run/earlier-seconds.ts';
import type { BuildResult } from '../../../src/fleet/run/results-document.ts';
import { writeResults } from '../../../src/fleet/run/results-file.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { KEY } from '../../support/small-plan.ts';

const built = (driver: string, seconds: number, more: Partial<BuildResult> = {}): BuildResult => ({
  ...{ driver, kernel: 'k', key: KEY, status: 'built', required: true, seconds },
  ...more,
});

const warned: string[] = [];
const reporter = { warn: (message: string) => void warned.push(message) };

test('only builds that compiled something say how long a driver takes; other files say nothing', async () => {
  await withTemporaryDirectory('earlier', async (directory) => {
    expect([...(await earlierSeconds(join(directory, 'none'), reporter))]).toEqual([]);
    const builds = [
      ...[built('hello', 2), built('hello', 3), built('hello', 0.2, { cached: true })],
      ...[built('jool', 9), built('hello', 50, { status: 'failed' })],
      built('hello', 0.1, { status: 'excluded' }),
    ];
    for (const task of ['one', 'two', 'damaged']) await mkdir(join(directory, task));
    // Bug: results that the system does not read were an error.
    await symlink('loop', join(directory, 'loop'));
    const about = { schema: 1, plan: 'a'.repeat(64) } as const;
    await writeResults(join(directory, 'one'), { ...about, task: 'one', builds });
    await writeResults(join(directory, 'two'), {
      ...about,
      task: 'two',
      builds: [built('jool', 8)],
    });
    await writeFile(join(directory, 'damaged/results.json'), '{');
    await writeFile(join(directory, 'summary.md'), '#');
    expect([...(await earlierSeconds(directory, reporter))]).toEqual([
      ['hello', [2, 3]],
      ['jool', [9, 8]],
    ]);
    expect(warned).toEqual([
      `the results of damaged in ${directory} cannot be read, so how long their builds took is not known`,
    ]);
    // A task that was taken over is there twice.
    const other = { ...about, task: 'one', builds: [...builds, built('hello', 5)] };
    await mkdir(join(directory, 'earlier/one'), { recursive: true });
    await writeResults(join(directory, 'earlier/one'), other);
    expect((await earlierSeconds(directory, reporter)).get('hello')).toEqual([2, 3, 5]);
  });
});

// Bug: plan ended with an error, although the durations only divide its builds into tasks.
test('a directory of results that cannot be read is a warning', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const output = join(directory, 'loop');
    await symlink('loop', output);
    const warnings: string[] = [];
    const reporter = { warn: (message: string) => void warnings.push(message) };
    expect(await earlierSeconds(output, reporter)).toEqual(new Map());
    expect(warnings[0]).toMatch(
      /loop: cannot read the directory: .*ELOOP\), so how long their builds took is not known$/,
    );
  });
});
