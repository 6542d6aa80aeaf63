import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import type { TaskResults } from '../../src/fleet/run/results-document.ts';
import { sha256 } from '../../src/system/files/sha256.ts';
import { isHalfDone } from '../../src/system/process/leftovers.ts';
import { killAfter } from '../support/kill-after.ts';
import { lingeringIn, processesIn } from '../support/processes.ts';
import { DKMS_DEB } from '../support/project.ts';
import { dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { OFFLINE, prepareFleet, writeDriver } from '../support/stored-fleet.ts';
import { until } from '../support/until.ts';

/** How often each command is killed, at moments that are spread over the time of an undisturbed run. */
const KILLS = Number(process.env.DKMS_DEB_KILLS ?? 3);
const YAML = 'drivers: [one]\nsuites: [trixie]\nlatest: 1\nflavours: [amd64]\n';
const PLAN = ['plan', ...OFFLINE];
const RUN = ['run', ...OFFLINE];

async function prepare(sandbox: Sandbox): Promise<void> {
  await writeDriver(sandbox, 'one', 'int one;');
  await writeDriver(sandbox, 'two', 'int two;');
  await prepareFleet(sandbox, YAML);
}

/** A plan without the time when it was made. */
async function readPlan({ directory }: Sandbox): Promise<unknown> {
  const text = await readFile(join(directory, 'plan.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { created: _, sha256: __, ...rest } = JSON.parse(text) as Plan;
  return rest;
}

/** The packages of all tasks with their digests, and what results.json says of each build except the seconds. */
async function readResults({ directory }: Sandbox): Promise<Record<string, unknown>> {
  const paths = await readdir(join(directory, 'results'), { recursive: true }).catch(() => []);
  const found: Record<string, unknown> = {};
  for (const path of paths.sort()) {
    const file = join(directory, 'results', path);
    if (isHalfDone(basename(path))) continue;
    if (path.endsWith('.deb')) found[path] = sha256(await readFile(file));
    if (!path.endsWith('results.json')) continue;
    const { builds } = JSON.parse(await readFile(file, 'utf8')) as TaskResults;
    found[path] = builds.map(({ seconds: _, cached: __, ...rest }) => rest);
  }
  return found;
}

/** Paths of files that only exist while a command works. */
async function halfDone({ directory, tmp }: Sandbox): Promise<string[]> {
  const paths = await readdir(directory, { recursive: true });
  return [...(await readdir(tmp)), ...paths.filter((path) => isHalfDone(basename(path)))];
}

interface Steps {
  /** Makes the beginning of a run. If it is `cold`, the run finds nothing in a cache. */
  readonly reset: (isCold: boolean) => Promise<void>;
  /** Looks at what a killed run left, and at what an undisturbed run after it made. */
  readonly look: () => Promise<void>;
  readonly compare: () => Promise<void>;
}

/**
 * Kills a command at `KILLS` moments, and after each kill runs it undisturbed. A cold run compiles for most of its
 * time, so most runs are warm. Returns how often the command was killed before it ended.
 */
async function killOften(
  sandbox: Sandbox,
  args: readonly string[],
  { reset, look, compare }: Steps,
): Promise<number> {
  const timeOf = async (isCold: boolean) => {
    await reset(isCold);
    const begin = performance.now();
    await dkmsDebLines(sandbox, args);
    return performance.now() - begin;
  };
  const cold = await timeOf(true);
  const warm = await timeOf(false);
  let killed = 0;
  for (let at = 0; at < KILLS; at++) {
    const isCold = at % 3 === 1;
    await reset(isCold);
    const moment = ((isCold ? cold : warm) * (at + 0.5)) / KILLS;
    if (await killAfter(sandbox, args, moment)) killed++;
    expect(await lingeringIn(sandbox.directory)).toEqual([]);
    await look();
    await dkmsDebLines(sandbox, args);
    await compare();
    expect(await halfDone(sandbox), `killed after ${moment.toFixed(0)} ms`).toEqual([]);
  }
  return killed;
}

test('after kill -9 of plan at any moment, the plan is the old or the new one, and the next plan is as without the kill', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await prepare(sandbox);
  await dkmsDebLines(sandbox, [...PLAN, 'two']);
  const old = await readPlan(sandbox);
  const before = await readFile(join(directory, 'plan.json'));
  await dkmsDebLines(sandbox, PLAN);
  const wanted = await readPlan(sandbox);
  expect(wanted).not.toEqual(old);
  const killed = await killOften(sandbox, PLAN, {
    reset: async (isCold) => {
      if (isCold) await rm(join(directory, 'home'), { recursive: true, force: true });
      await writeFile(join(directory, 'plan.json'), before);
    },
    look: async () => expect([old, wanted]).toContainEqual(await readPlan(sandbox)),
    compare: async () => expect(await readPlan(sandbox)).toEqual(wanted),
  });
  expect(killed).toBeGreaterThan(0);
});

test('after kill -9 of run at any moment, each file is whole, no process is left, and the next run gives the same results', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await prepare(sandbox);
  await dkmsDebLines(sandbox, PLAN);
  await dkmsDebLines(sandbox, RUN);
  const wanted = await readResults(sandbox);
  expect(Object.keys(wanted)).toHaveLength(2);
  const killed = await killOften(sandbox, RUN, {
    reset: async (isCold) => {
      await rm(join(directory, 'results'), { recursive: true });
      if (isCold) await rm(join(directory, 'home'), { recursive: true, force: true });
    },
    look: async () => {
      for (const [path, digest] of Object.entries(await readResults(sandbox))) {
        expect(digest).toEqual(wanted[path]);
      }
    },
    compare: async () => expect(await readResults(sandbox)).toEqual(wanted),
  });
  expect(killed).toBeGreaterThan(0);
});

test('after kill -9 of run --runner its workers end, too', async ({ sandbox }) => {
  await prepare(sandbox);
  await dkmsDebLines(sandbox, PLAN);
  const args = [...RUN, '--runner', 'env'];
  const child = spawn(DKMS_DEB, args, {
    cwd: sandbox.directory,
    env: sandbox.env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const isAtWork = async () =>
    (await processesIn(sandbox.tmp)).some(({ command }) => command.includes('make'));
  await until(async () => (await isAtWork()) || undefined);
  child.kill('SIGKILL');
  await ended;
  expect(await lingeringIn(sandbox.directory)).toEqual([]);
  expect(await dkmsDebLines(sandbox, args)).toHaveLength(1);
});
