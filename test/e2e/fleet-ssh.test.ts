import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import type { TaskResults } from '../../src/fleet/run/results-document.ts';
import { run } from '../../src/system/process/run.ts';
import { DKMS_DEB } from '../support/project.ts';
import { dkmsDeb, dkmsDebLines, type Sandbox, sharingTest as test } from '../support/sandbox.ts';
import { type SshServer, withSshServer } from '../support/ssh-server.ts';
import { OFFLINE, prepareFleet, writeDriver } from '../support/stored-fleet.ts';
import { until } from '../support/until.ts';

/** Returns a runner for a server of this machine. ssh does not pass on the environment of the sandbox. */
function runnerFor({ env }: Sandbox, { port, identity, knownHosts }: SshServer): string {
  const options = ['-F none', `-i ${identity}`, `-p ${port}`];
  const settings = [`UserKnownHostsFile=${knownHosts}`, 'IdentitiesOnly=yes', 'BatchMode=yes'];
  const variables = Object.entries(env)
    .filter(([, value]) => !value.includes(' '))
    .map(([name, value]) => `${name}=${value}`);
  const words = [...options, ...settings.map((one) => `-o ${one}`), '127.0.0.1', 'env'];
  return ['ssh', ...words, ...variables].join(' ');
}

async function planned(sandbox: Sandbox, yaml: string): Promise<Plan['tasks']> {
  await writeFile(join(sandbox.directory, 'dkms-deb.yaml'), yaml);
  await dkmsDebLines(sandbox, ['plan', ...OFFLINE]);
  const text = await readFile(join(sandbox.directory, 'plan.json'), 'utf8');
  return (JSON.parse(text) as Plan).tasks;
}

const resultsOf = async (directory: string): Promise<TaskResults> =>
  JSON.parse(await readFile(join(directory, 'results.json'), 'utf8')) as TaskResults;

const BOTH =
  'suites: [trixie]\nlatest: 1\narchitectures: [amd64, arm64]\nflavours: [amd64, arm64]\n';

test('ssh does two tasks at once, with the same packages as without it, and gives the status of the worker', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await writeDriver(sandbox, 'good', '');
  await writeDriver(sandbox, 'broken', 'int x = ;');
  await prepareFleet(sandbox, '');
  const tasks = await planned(sandbox, `drivers: [good]\n${BOTH}`);
  expect(tasks).toHaveLength(2);
  await withSshServer(join(directory, 'ssh'), async (server) => {
    const runner = runnerFor(sandbox, server);
    const there = await dkmsDebLines(sandbox, ['run', ...OFFLINE, '--runner', runner, '-o', 'far']);
    const here = await dkmsDebLines(sandbox, ['run', ...OFFLINE, '-o', 'near']);
    expect(there).toHaveLength(2);
    for (const [at, file] of there.entries()) await run('cmp', [file, here[at] ?? '']);

    await planned(sandbox, `drivers: [broken]\n${BOTH}`);
    const words = ['run', ...OFFLINE, '--runner', runner, '-o', 'far'];
    const failed = await dkmsDeb(sandbox, words);
    expect(failed.exitStatus, failed.output).toBe(10);
    expect(failed.stderr).toContain('make failed');

    // Nobody listens there: ssh ends with 255.
    const nowhere = runnerFor(sandbox, { ...server, port: 1 });
    const lost = await dkmsDeb(sandbox, ['run', ...OFFLINE, '--runner', nowhere, '-o', 'lost']);
    expect(lost.exitStatus).toBe(1);
    expect(lost.stderr).toContain('is lost: it ended with status 255');
    expect(await readdir(join(directory, 'lost/logs'))).toHaveLength(4);
  });
});

test('if ssh is killed while the worker there works on, the task is done once more, and its results are whole', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  // The worker is still at work when it loses its connection.
  await writeDriver(sandbox, 'slow', '', 'PRE_BUILD=wait.sh\n');
  await writeFile(join(directory, 'slow/wait.sh'), '#!/bin/sh\nsleep 5\n', { mode: 0o755 });
  await prepareFleet(sandbox, '');
  const [task] = await planned(
    sandbox,
    'drivers: [slow]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n',
  );
  const place = join(directory, 'far', task?.id ?? '');
  await withSshServer(join(directory, 'ssh'), async (server) => {
    const child = spawn(
      DKMS_DEB,
      ['run', ...OFFLINE, '--runner', runnerFor(sandbox, server), '-o', 'far'],
      { cwd: directory, env: sandbox.env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString('utf8');
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await until(() => readdir(place).catch(() => undefined));
    const { stdout } = await run('ps', ['-eww', '-o', 'pid=,args=']);
    const [, ssh = ''] = new RegExp(`^ *(\\d+) ssh .*${server.identity}`, 'm').exec(stdout) ?? [];
    expect(ssh, said).not.toBe('');
    process.kill(Number(ssh), 'SIGKILL');
    expect(await ended, said).toBe(0);
    expect(said).toContain(`the worker of ${task?.id} is lost`);
    const { builds } = await resultsOf(place);
    expect(builds.map(({ status }) => status)).toEqual(['built']);
    const [file = ''] = builds.map((build) => build.file);
    const verified = await dkmsDeb(sandbox, ['verify', join(place, file)]);
    expect(verified.exitStatus, verified.output).toBe(0);
  });
});
