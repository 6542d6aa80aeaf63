import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scriptRuns } from '../../support/script-runs.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-share-'));
afterAll(() => rmSync(directory, { recursive: true }));

const { first, second, outputOf, run } = await scriptRuns(directory);

/** A command that waits until it runs twice: so both runs have begun before the first task ends. */
const both = (name: string) => {
  const marks = join(directory, `marks-${name}`);
  return `mkdir -p ${marks}; : >${marks}/$$; until [ "$(ls ${marks} | wc -l)" -ge 2 ]; do sleep 0.05; done`;
};

test('bug: two runs of one plan at the same time ran each task twice', async () => {
  const output = outputOf('shared');
  const notes: string[] = [];
  const options = { output, note: (message: string) => void notes.push(message) };
  const script = `${both('excluded')}; results excluded`;
  const [one, two] = await Promise.all([run(script, options), run(script, options)]);
  expect([one.attempts(first), one.attempts(second)]).toEqual([1, 1]);
  expect([one.exitStatus, two.exitStatus]).toEqual([0, 0]);
  expect(one.results.map(({ task }) => task)).toEqual([first, second]);
  expect(two.results).toEqual(one.results);
  expect([...one.skipped, ...two.skipped].sort()).toEqual([first, second]);
  expect(notes).toContainEqual(`${first} was run by another process; its results are taken.`);
});

test('what another run does and fails is a failure here, too, and does not run again', async () => {
  const output = outputOf('shared');
  await run('results failed', { output });
  const script = `${both('failed')}; results failed; exit 10`;
  const [one, two] = await Promise.all([run(script, { output }), run(script, { output })]);
  expect([one.attempts(first), one.attempts(second)]).toEqual([2, 2]);
  expect([one.exitStatus, two.exitStatus].sort()).toEqual([1, 10]);
});

test('a task whose process was killed runs here', async () => {
  const output = outputOf('killed');
  mkdirSync(join(output, '.tasks'));
  const lock = join(output, '.tasks', `${first}.build`);
  const other = spawn('flock', ['-x', lock, 'sh', '-c', 'echo locked; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(other.stdout, 'data');
  const notes: string[] = [];
  const note = (message: string) => {
    notes.push(message);
    // The other task has run before this one is waited for.
    expect(existsSync(join(output, second, 'results.json'))).toBe(true);
    process.kill(-(other.pid ?? 0), 'SIGKILL');
  };
  const { exitStatus, attempts, skipped } = await run('results excluded', { output, note });
  expect(notes).toEqual([
    `Waiting for tasks that another process runs in this directory: ${first}.`,
  ]);
  expect({ exitStatus, skipped, runs: attempts(first) }).toEqual({
    ...{ exitStatus: 0, skipped: [], runs: 1 },
  });
});
