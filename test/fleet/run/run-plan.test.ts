import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chosenTasks, runPlan } from '../../../src/fleet/run/run-plan.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { scriptRuns } from '../../support/script-runs.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-run-'));
afterAll(() => rmSync(directory, { recursive: true }));

const { plan, planFile, first, second, outputOf, run } = await scriptRuns(directory);

test('tasks are done by the runner, and not again once they are done', async () => {
  const { exitStatus, output, results } = await run('results excluded');
  expect(exitStatus).toBe(0);
  expect(results.map(({ task }) => task)).toEqual([first, second]);
  expect(readFileSync(join(output, 'junit.xml'), 'utf8')).toContain('skipped="1"');
  expect(readFileSync(join(output, 'summary.md'), 'utf8')).toContain('2 excluded');
  const again = await run('exit 9', { output });
  expect(again).toMatchObject({ exitStatus: 0, skipped: [first, second] });
  expect(again.attempts(first)).toBe(1);
});

test('a required build that fails makes the run fail, with the status of the worker; another does not', async () => {
  const both = await run('results failed; exit 10');
  expect(both.exitStatus).toBe(10);
  const allowed = await run('results failed; exit 0', { tasks: [second] });
  expect(allowed.exitStatus).toBe(0);
  // What failed is tried again by the next run.
  const again = await run('results excluded', { output: both.output });
  expect(again).toMatchObject({ exitStatus: 0, skipped: [] });
});

test.for([
  ['killed', 'kill -9 $$'],
  ['ssh without a connection', 'echo no route to host >&2; exit 255'],
  ['no results', 'exit 0'],
  ['rubbish as results', 'echo rubbish >"$out/$task/results.json"'],
  [
    'results of another task',
    `results excluded; sed -i s/${first}/${second}/ "$out/$task/results.json"`,
  ],
  [
    'results of another plan',
    'results excluded; sed -i s/\'"plan":".\'/\'"plan":"f\'/ "$out/$task/results.json"',
  ],
])(
  'a worker is lost: %s; it is tried once more, then its builds are failed',
  async ([, script = '']) => {
    const { results, exitStatus, attempts, output } = await run(script, { tasks: [first] });
    expect(attempts(first)).toBe(2);
    expect(exitStatus).toBe(1);
    expect(results[0]?.builds[0]).toMatchObject({
      status: 'failed',
      error: { code: 'worker-lost' },
    });
    for (const attempt of [1, 2]) {
      expect(existsSync(join(output, 'logs', `${first}-${attempt}.log`))).toBe(true);
    }
  },
);

test('a worker that is lost once is no failure', async () => {
  const { exitStatus, attempts } = await run('[ $n = 2 ] || kill -9 $$; results excluded', {
    tasks: [first],
  });
  expect({ exitStatus, attempts: attempts(first) }).toEqual({ exitStatus: 0, attempts: 2 });
});

test('a worker that hangs is ended with all that it started', async () => {
  const mark = `${31_000 + (process.pid % 1000)}.25`;
  const begun = performance.now();
  const { results } = await run(`sleep ${mark} & sleep ${mark}`, {
    tasks: [first],
    timeoutSeconds: 1,
  });
  expect(results[0]?.builds[0]?.error?.message).toContain('did not end within 1 s');
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test('results that an earlier worker left are not those of one that left none', async () => {
  const { output } = await run('results failed; exit 10', { tasks: [first] });
  const { results } = await run('exit 0', { tasks: [first], output });
  expect(results[0]?.builds[0]?.error?.code).toBe('worker-lost');
});

test('results of another plan are moved away, and taken over if they are of the same input', async () => {
  const output = outputOf('other');
  await run('results excluded', { output });
  for (const task of [first, second]) {
    const file = join(output, task, 'results.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(plan.sha256, 'f'.repeat(64)));
  }
  const file = join(output, second, 'results.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"excluded"', '"failed"'));
  const notes: string[] = [];
  const note = (message: string) => void notes.push(message);
  const { skipped, attempts } = await run('results excluded', { output, note });
  expect(skipped).toEqual([first]);
  expect([attempts(first), attempts(second)]).toEqual([1, 2]);
  expect(notes).toEqual([
    `Results of another plan (${first}, ${second}) are now in ${join(output, 'earlier')}, which you may remove after this run.`,
    '1 of 2 tasks are taken over from another plan, which built the same packages.',
  ]);
  expect(readFileSync(join(output, 'summary.md'), 'utf8')).toContain('2 excluded');
});

test('bug: the hint for a task that the plan does not have names the tasks', () => {
  const hintOf = async (tasks: typeof plan.tasks) =>
    (await errorOf(async () => chosenTasks({ ...plan, tasks }, ['zzz']))).hint;
  const many = Array.from({ length: 9 }, (_, at) => ({ ...plan.tasks[0], id: `t${at}` }));
  return Promise.all([
    expect(hintOf(plan.tasks)).resolves.toBe(`Choose among: ${first}, ${second}.`),
    expect(hintOf(many as typeof plan.tasks)).resolves.toBe(
      'Choose among: t0, t1, t2, t3, t4 and 4 more.',
    ),
    expect(hintOf([])).resolves.toMatch(/The plan has no tasks/),
  ]);
});

test('a task that the plan does not have, a program that is not there, a plan for other machines', async () => {
  const unknown = await errorOf(() => run('', { tasks: [`${first}x`] }));
  expect(unknown).toMatchObject({
    code: 'usage',
    hint: `Did you mean ${first}? Choose among: ${first}, ${second}.`,
  });
  const of = {
    ...{ plan, planFile, tasks: [], atOnce: 1, signers: [], signer: undefined, jobs: undefined },
    ...{ store: undefined, offline: true, reporter: silentReporter },
  };
  const missing = { prefix: ['/nowhere/srun'], options: [], timeoutSeconds: 5 };
  const error = await errorOf(() =>
    runPlan({ ...of, output: outputOf('x'), runner: missing, host: 'amd64' }),
  );
  expect(error.code).toBe('tool-missing');
  const other = await errorOf(() =>
    runPlan({ ...of, output: outputOf('x'), runner: undefined, host: 'arm64' }),
  );
  expect(other.code).toBe('plan-host');
});

test('bug: a task whose results are damaged ran again without a word', async () => {
  const { output } = await run('results excluded');
  writeFileSync(join(output, first, 'results.json'), '{');
  const file = join(output, second, 'results.json');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/"key":"[^"]*"/, `"key":"sha256:${'c'.repeat(64)}"`),
  );
  const notes: string[] = [];
  await run('results excluded', { output, note: (message) => void notes.push(message) });
  expect(notes).toEqual([
    `${first} runs again: its results cannot be read.`,
    `${second} runs again: its directory does not have all that its results name.`,
  ]);
});
