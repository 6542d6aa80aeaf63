import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import type { TaskResults } from '../../src/fleet/run/results-document.ts';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { debField } from '../support/deb-payload.ts';
import { DKMS_DEB, PROJECT } from '../support/project.ts';
import { dkmsDeb, dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { OFFLINE, prepareFleet, writeDriver } from '../support/stored-fleet.ts';
import { until } from '../support/until.ts';

const BASE = 'int base_answer(void) { return 42; }\nEXPORT_SYMBOL_GPL(base_answer);';
const NEEDING =
  'int base_answer(void);\nstatic int __init begin(void) { return base_answer() - 42; }\nmodule_init(begin);';

async function plan(sandbox: Sandbox, ...more: string[]): Promise<Plan> {
  const [file = ''] = (await dkmsDebLines(sandbox, ['plan', ...OFFLINE, ...more])).slice(-1);
  return JSON.parse(await readFile(file, 'utf8')) as Plan;
}

async function resultsOf(sandbox: Sandbox, task: string | undefined): Promise<TaskResults> {
  const file = join(sandbox.directory, 'results', task ?? '', 'results.json');
  return JSON.parse(await readFile(file, 'utf8')) as TaskResults;
}

test('run builds packages with the planned Build-Key; a second run builds nothing', async ({
  sandbox,
}) => {
  await writeDriver(sandbox, 'base', BASE);
  await writeDriver(sandbox, 'needing', NEEDING, 'BUILD_DEPENDS[0]=base\n');
  await prepareFleet(
    sandbox,
    'drivers: [needing, base]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n',
  );
  const made = await plan(sandbox);
  const [task] = made.tasks;
  expect(task?.builds.map((build) => build.driver)).toEqual(['base', 'needing']);
  const first = await dkmsDeb(sandbox, ['run', ...OFFLINE]);
  expect(first.exitStatus, first.output).toBe(0);
  const files = first.stdout.trim().split('\n');
  expect(files).toHaveLength(2);
  for (const [at, file] of files.entries()) {
    expect(await debField(file, 'Build-Key')).toBe(task?.builds[at]?.key);
  }
  const verified = await dkmsDeb(sandbox, ['verify', ...files]);
  expect(verified.exitStatus, verified.output).toBe(0);
  const { builds } = await resultsOf(sandbox, task?.id);
  expect(builds.map(({ status }) => status)).toEqual(['built', 'built']);

  const again = await dkmsDeb(sandbox, ['run', ...OFFLINE]);
  expect(again.stderr).toContain('1 of 1 tasks are done already');
  expect(again.stdout).toBe(first.stdout);

  // results/ and plan.json lie beside the drivers, and change no key. Only the expected time comes from the results.
  const withoutCost = made.tasks.map(({ cost: _, ...rest }) => rest);
  expect((await plan(sandbox)).tasks).toMatchObject(withoutCost);

  // A driver that changed since the plan is not built under the planned key.
  await run('rm', ['-r', '--', join(sandbox.directory, 'results')]);
  await writeDriver(sandbox, 'base', `${BASE}\nint other;`);
  const changed = await dkmsDeb(sandbox, ['run', ...OFFLINE]);
  expect(changed.exitStatus).toBe(1);
  expect(changed.stderr).toContain('the source of base has changed since the plan was made');
  const failed = await resultsOf(sandbox, task?.id);
  expect(failed.builds.map(({ error }) => error?.code)).toEqual([
    'driver-changed',
    'build-depends',
  ]);
});

test('if a driver does not compile, its log and first error are kept; it is a failure only if it is required', async ({
  sandbox,
}) => {
  await writeDriver(sandbox, 'broken', 'int x = ;');
  await writeDriver(sandbox, 'choosy', 'int y;', 'BUILD_EXCLUSIVE_CONFIG=CONFIG_NOT_THERE\n');
  const yaml = 'drivers: [broken, choosy]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n';
  await prepareFleet(sandbox, yaml);
  const [task] = (await plan(sandbox)).tasks;
  const required = await dkmsDeb(sandbox, ['run', ...OFFLINE]);
  expect(required.exitStatus, required.output).toBe(10);
  const { builds } = await resultsOf(sandbox, task?.id);
  const [broken, choosy] = builds;
  expect(choosy).toMatchObject({ status: 'excluded' });
  expect(choosy?.reason).toContain('CONFIG_NOT_THERE is not set');
  expect(broken?.error?.firstError).toContain('error: expected expression');
  const directory = join(sandbox.directory, 'results');
  const log = await readFile(join(directory, task?.id ?? '', broken?.error?.log ?? ''), 'utf8');
  expect(log).toContain('error: expected expression');
  expect(await readFile(join(directory, 'summary.md'), 'utf8')).toContain('error: expected');
  expect(await readFile(join(directory, 'junit.xml'), 'utf8')).toContain(
    '<failure type="make-failed"',
  );

  await writeFile(join(sandbox.directory, 'dkms-deb.yaml'), `${yaml}allow-failure: ['*']\n`);
  // Bug: nothing said that the plan is older than dkms-deb.yaml.
  const stale = await dkmsDeb(sandbox, ['run', ...OFFLINE]);
  expect(stale.exitStatus).toBe(10);
  expect(stale.stderr).toContain('dkms-deb.yaml has changed since plan.json was made');
  expect(stale.stderr).toContain('Plan again with the same options: dkms-deb plan\n');
  // The results are those of another plan now.
  await plan(sandbox);
  const allowed = await dkmsDeb(sandbox, ['run', ...OFFLINE]);
  expect(allowed.exitStatus, allowed.output).toBe(0);
  expect(allowed.stderr).toContain(`(${task?.id}) are now in results/earlier`);
  expect(allowed.stderr).not.toContain('has changed');
});

test('a runner does several tasks at once, with the same results as without a runner; a killed run leaves no results', async ({
  sandbox,
}) => {
  await writeDriver(sandbox, 'base', BASE);
  await prepareFleet(
    sandbox,
    'drivers: [base]\nsuites: [trixie]\nlatest: 1\narchitectures: [amd64, arm64]\nflavours: [amd64, arm64]\n',
  );
  const { tasks } = await plan(sandbox);
  expect(tasks).toHaveLength(2);
  const [one, two] = tasks.map(({ id }) => join(sandbox.directory, 'killed', id));

  // Killed while it works: no results, or whole ones.
  const child = spawn(DKMS_DEB, ['run', ...OFFLINE, '-o', 'killed'], {
    cwd: sandbox.directory,
    env: sandbox.env,
    stdio: 'ignore',
  });
  await until(() => readdir(one ?? '').catch(() => undefined));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  for (const place of [one, two]) {
    const names = await readdir(place ?? '').catch(() => []);
    expect(names.filter((name) => name.endsWith('.json'))).toEqual([]);
  }

  const runner = `env GREETING='a b' sh -c 'test "$GREETING" = "a b" && exec "$@"' sh`;
  const { exitStatus, output, stdout } = await dkmsDeb(sandbox, [
    ...['run', ...OFFLINE, '--runner', runner, '--jobs', '2', '-o', 'killed'],
  ]);
  expect(exitStatus, output).toBe(0);
  const remote = stdout.trim().split('\n');
  const local = await dkmsDebLines(sandbox, ['run', ...OFFLINE, '-o', 'local']);
  expect(remote).toHaveLength(2);
  for (const [at, file] of remote.entries()) await run('cmp', [file, local[at] ?? '']);
});

test('bug: two runs of one plan built everything twice; now they share its tasks, also if one is killed', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  // Each build tells that it has begun, and goes on when nothing holds it.
  const [begun, hold] = [join(directory, 'begun'), join(directory, 'hold')];
  await writeDriver(sandbox, 'base', BASE, 'PRE_BUILD=wait.sh\n');
  const script = `#!/bin/sh\necho >>${begun}\nwhile [ -e ${hold} ]; do sleep 0.1; done\n`;
  await writeFile(join(directory, 'base/wait.sh'), script, { mode: 0o755 });
  await prepareFleet(
    sandbox,
    'drivers: [base]\nsuites: [trixie]\nlatest: 1\narchitectures: [amd64, arm64]\nflavours: [amd64, arm64]\n',
  );
  expect((await plan(sandbox)).tasks).toHaveLength(2);
  const builds = async () => (await readFile(begun, 'utf8').catch(() => '')).length;
  const start = (output: string) => {
    const child = spawn(DKMS_DEB, ['run', ...OFFLINE, '-o', output], {
      cwd: directory,
      env: { ...sandbox.env, XDG_CACHE_HOME: join(directory, 'cache', output) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => {
      said.out += text.toString('utf8');
    });
    child.stderr.on('data', (text: Buffer) => {
      said.err += text.toString('utf8');
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, said, ended };
  };
  /** Starts two runs, each of which builds one of the two tasks then. */
  const startTwo = async (output: string) => {
    await rm(begun, { force: true });
    await writeFile(hold, '');
    const one = start(output);
    await until(async () => (await builds()) === 1);
    const two = start(output);
    await until(async () => (await builds()) === 2);
    return [one, two] as const;
  };
  const taken = /was run by another process; its results are taken/;

  const both = await startTwo('shared');
  await rm(hold);
  for (const { said, ended } of both) {
    expect(await ended, said.err).toBe(0);
    expect(said.out.trim().split('\n')).toHaveLength(2);
    expect(said.err).toMatch(taken);
  }
  expect(both[0].said.out).toBe(both[1].said.out);
  expect(await builds()).toBe(2);

  const [killed, other] = await startTwo('killed-one');
  killed.child.kill('SIGKILL');
  await killed.ended;
  await rm(hold);
  expect(await other.ended, other.said.err).toBe(0);
  expect(other.said.out.trim().split('\n')).toHaveLength(2);
  expect(other.said.err).not.toMatch(taken);
  expect(await builds()).toBe(3);
});

test('Slurm runs each task as a job; a job that was cancelled is tried once more', async ({
  sandbox,
}) => {
  await writeDriver(sandbox, 'base', BASE);
  await prepareFleet(sandbox, 'drivers: [base]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n');
  const [task] = (await plan(sandbox)).tasks;
  const out = join(sandbox.directory, 'slurm');
  // The job is cancelled as soon as it has begun to work.
  const cancel = `until [ -e ${join(out, task?.id ?? '')} ]; do sleep 0.1; done; scancel -u root`;
  const words = ['run', ...OFFLINE, '--runner', 'srun -Q -N1 -c1', '-o', out];
  const script = `(${cancel}) & exec ${DKMS_DEB} "$@"`;
  const { exitStatus, output } = await asRoot(
    [
      ...['env', ...Object.entries(sandbox.env).map(([name, value]) => `${name}=${value}`)],
      ...[join(PROJECT, 'scripts/slurm.sh'), 'bash', '-c', script, 'dkms-deb', ...words],
    ],
    { cwd: sandbox.directory, accept: ANY_STATUS, timeoutSeconds: 500 },
  );
  await asRoot(['chown', '-R', String(process.getuid?.() ?? 0), sandbox.directory]);
  expect(exitStatus, output).toBe(0);
  expect(output).toContain(`the worker of ${task?.id} is lost: it ended with status`);
  const text = await readFile(join(out, task?.id ?? '', 'results.json'), 'utf8');
  expect((JSON.parse(text) as TaskResults).builds.map(({ status }) => status)).toEqual(['built']);
});
