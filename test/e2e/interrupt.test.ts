import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect } from 'vitest';
import { ownerMark } from '../../src/system/process/leftovers.ts';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { lingeringIn, processesIn } from '../support/processes.ts';
import { DKMS_DEB } from '../support/project.ts';
import { call, dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { snapshot } from '../support/snapshot.ts';
import { until } from '../support/until.ts';

const [release = ''] = await installedKernels();

interface Running {
  readonly pid: number;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stderr: string;
}

const started: Sandbox[] = [];

/** What a killed command left behind is ours to end. */
afterEach(async () => {
  for (const { directory } of started.splice(0)) {
    for (const { pid } of await processesIn(directory)) kill(pid);
  }
});

function start(sandbox: Sandbox, args: readonly string[]): Running {
  started.push(sandbox);
  const child = spawn(DKMS_DEB, args, {
    cwd: sandbox.directory,
    env: sandbox.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const running: Running = {
    pid: child.pid ?? 0,
    ended: once(child, 'exit').then(([status, signal]) => (status ?? signal) as number),
    stderr: '',
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    running.stderr += text;
  });
  return running;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was the child of one that is gone already.
  }
}

/** Waits until the command has come to what `look` sees; that it ended before is an error. */
async function reach<T>(running: Running, look: () => Promise<T | undefined>): Promise<T> {
  let ended: number | NodeJS.Signals | undefined;
  running.ended.then((status) => {
    ended = status;
  });
  return until(async () => {
    const seen = await look();
    if (seen === undefined && ended !== undefined) {
      throw new Error(`the command ended before (${ended}):\n${running.stderr}`);
    }
    return seen;
  });
}

/** A compiler at work. */
async function compiler(sandbox: Sandbox): Promise<string | undefined> {
  const processes = await processesIn(sandbox.tmp);
  return processes.find(({ command }) => /\bcc1\b/.test(command))?.command;
}

/** The half-written package beside its target. */
async function halfPackage(sandbox: Sandbox): Promise<string | undefined> {
  const names = await readdir(sandbox.out).catch(() => []);
  return names.find((name) => name.startsWith('.'));
}

/** jool, whose compilation takes its time, or hello with so much ballast that packing does. */
const MOMENTS = [
  {
    moment: 'while the compiler runs',
    reached: compiler,
    prepare: async (sandbox: Sandbox) => {
      const tree = await driverTree('jool-dkms', sandbox.directory);
      return { tree, args: ['bmdeb', '-k', release, '-o', sandbox.out, tree] };
    },
  },
  {
    moment: 'while the package is written',
    reached: halfPackage,
    prepare: async (sandbox: Sandbox) => {
      const tree = await driverTree('hello', sandbox.directory);
      await writeFile(join(tree, 'firmware.bin'), randomBytes(40_000_000));
      return { tree, args: ['build', '-o', sandbox.out, tree] };
    },
  },
] as const;

describe.each(MOMENTS)('$moment', ({ reached, prepare }) => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends all processes, leaves nothing: %i',
    async ([signal, status], { sandbox }) => {
      const { tree, args } = await prepare(sandbox);
      const before = await snapshot(tree);
      const running = start(sandbox, args);
      await reach(running, () => reached(sandbox));
      process.kill(running.pid, signal);
      expect(await running.ended).toBe(status);
      expect(await lingeringIn(sandbox.directory)).toEqual([]);
      expect(await readdir(sandbox.out)).toEqual([]);
      expect(await readdir(sandbox.tmp)).toEqual([]);
      expect(await snapshot(tree)).toEqual(before);
      expect(running.stderr).not.toMatch(/this is a bug|^ +at /m);
    },
  );

  test('bug: a second signal killed the command while it removed its files', async ({
    sandbox,
  }) => {
    const { args } = await prepare(sandbox);
    const running = start(sandbox, args);
    await reach(running, () => reached(sandbox));
    const again = setInterval(() => {
      try {
        process.kill(running.pid, 'SIGTERM');
      } catch {
        // It has ended.
      }
    }, 3);
    expect(await running.ended.finally(() => clearInterval(again))).toBe(143);
    expect(await readdir(sandbox.out)).toEqual([]);
    expect(await readdir(sandbox.tmp)).toEqual([]);
  });

  test('after kill -9 no process goes on, and no file has its final name', async ({ sandbox }) => {
    const { tree, args } = await prepare(sandbox);
    const before = await snapshot(tree);
    const running = start(sandbox, args);
    await reach(running, () => reached(sandbox));
    process.kill(running.pid, 'SIGKILL');
    expect(await running.ended).toBe('SIGKILL');
    const left = await readdir(sandbox.out);
    expect(left.filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(await snapshot(tree)).toEqual(before);
    // Bug: make and its compilers went on to their end.
    expect(await lingeringIn(sandbox.directory)).toEqual([]);
    expect((await readdir(sandbox.out)).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect((await readdir(sandbox.out)).length + (await readdir(sandbox.tmp)).length).not.toBe(0);
    // The next run removes what was left; it need not be of the same driver.
    const other = await driverTree('duo', sandbox.directory);
    const packages = await dkmsDebLines(sandbox, ['build', '-o', sandbox.out, other]);
    expect((await readdir(sandbox.out)).sort()).toEqual(
      packages.map((file) => basename(file)).sort(),
    );
    expect(await readdir(sandbox.tmp)).toEqual([]);
  });
});

test('after kill -9 the next run is complete; two runs at once on one tree have the same result', async ({
  sandbox,
}) => {
  const tree = await driverTree('duo', sandbox.directory);
  const before = await snapshot(tree);
  const args = ['bmdeb', '-k', release, '-o', sandbox.out, tree];
  const killed = start(sandbox, args);
  await reach(killed, () => compiler(sandbox));
  kill(killed.pid);
  await killed.ended;
  expect(await lingeringIn(sandbox.directory)).toEqual([]);
  // The next run removes its directories, and none of a process that lives, such as this one.
  const kept = `dkms-deb-bmdeb-${ownerMark()}-AbC123`;
  await mkdir(join(sandbox.tmp, kept));
  expect(await readdir(sandbox.tmp)).toContainEqual(
    expect.stringMatching(`^dkms-deb-bmdeb-${killed.pid}\\.`),
  );

  const both = [start(sandbox, args), start(sandbox, args)];
  expect(await Promise.all(both.map(({ ended }) => ended)), both[0]?.stderr).toEqual([0, 0]);
  expect(await readdir(sandbox.tmp)).toEqual([kept]);
  const [name = '', ...others] = await readdir(sandbox.out);
  expect(others).toEqual([]);
  const whole = await readFile(join(sandbox.out, name));
  expect(await start(sandbox, [...args, '--no-cache']).ended).toBe(0);
  expect((await readFile(join(sandbox.out, name))).equals(whole)).toBe(true);
  expect(await snapshot(tree)).toEqual(before);
});

/** Milliseconds into a run that takes about one and a half second. */
test.for([300, 600, 900, 1200, 1500])(
  'kill -9 after %i ms: each package is whole or not there',
  async (delay, { sandbox }) => {
    const tree = await driverTree('hello', sandbox.directory);
    const running = start(sandbox, ['bmdeb', '-k', release, '-o', sandbox.out, tree]);
    await Promise.race([sleep(delay), running.ended]);
    kill(running.pid);
    await running.ended;
    const names = await readdir(sandbox.out).catch(() => []);
    for (const name of names.filter((name) => !name.startsWith('.'))) {
      const read = await call(sandbox, 'dpkg-deb', ['-c', join(sandbox.out, name)]);
      expect(read.exitStatus, read.output).toBe(0);
    }
  },
);
