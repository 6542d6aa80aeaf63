import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RUN_LOCK, withRunLock } from '../../../src/fleet/run/run-lock.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withEnvironment } from '../../support/environment.ts';

const warned: string[] = [];
const reporter = { warn: (message: string) => void warned.push(message) };

test('bug: a run of another plan in the same directory is refused; those of the same plan work beside each other', async () => {
  await withTemporaryDirectory('lock', async (output) => {
    const locked = <T>(plan: string, work: () => Promise<T>) =>
      withRunLock({ output, plan, reporter }, work);
    const refused = await locked('a', async () => {
      const workers = ['one', 'two'].map((name) => locked('a', async () => name));
      expect(await Promise.all(workers)).toEqual(['one', 'two']);
      return errorOf(() => locked('b', async () => {}));
    });
    expect(refused).toMatchObject({
      code: 'results-locked',
      message: 'a run of another plan works in this directory',
      hint: expect.stringMatching(
        /^Wait until the other run has ended, or name another directory \(-o DIR\).* fuser -v /,
      ),
    });
    expect(await locked('b', async () => 'later')).toBe('later');
    expect(await readFile(join(output, RUN_LOCK), 'utf8')).toBe('b');
    expect(warned).toEqual([]);
  });
});

test('of several plans that begin at once, one runs; one that waits begins when the other has ended', async () => {
  await withTemporaryDirectory('lock', async (output) => {
    const working = new Set<string>();
    const met: string[] = [];
    const run = (plan: string) =>
      withRunLock({ output, plan, reporter }, async () => {
        working.add(plan);
        met.push([...working].join(' '));
        await new Promise((resolve) => setTimeout(resolve, 100));
        working.delete(plan);
      });
    await Promise.all(['a', 'b', 'a', 'b'].map(run));
    expect(met.toSorted()).toEqual(['a', 'a', 'b', 'b']);
  });
});

test('the lock of a run that was killed is free', async () => {
  await withTemporaryDirectory('lock', async (output) => {
    const file = join(output, RUN_LOCK);
    await writeFile(file, 'a');
    const other = spawn('flock', ['-s', file, 'sh', '-c', 'echo locked; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await once(other.stdout, 'data');
    process.kill(-(other.pid ?? 0), 'SIGKILL');
    await once(other, 'close');
    const begun = performance.now();
    expect(await withRunLock({ output, plan: 'b', reporter }, async () => 'free')).toBe('free');
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});

test('a file system without locks is told, and the run goes on', async () => {
  await withTemporaryDirectory('lock', async (output) => {
    const flock = '#!/bin/sh\necho "flock: 3: Function not implemented" >&2; exit 1\n';
    await writeFile(join(output, 'flock'), flock, { mode: 0o755 });
    await withEnvironment({ PATH: `${output}:${process.env.PATH}` }, async () => {
      expect(await withRunLock({ output, plan: 'b', reporter }, async () => 'on')).toBe('on');
    });
    expect(warned.splice(0)).toEqual([expect.stringMatching(/cannot be locked .*not implemented/)]);
  });
});

test.skipIf(process.getuid?.() === 0)(
  'a lock that only another user may have is told, and the run goes on',
  async () => {
    await withTemporaryDirectory('lock', async (output) => {
      await writeFile(join(output, RUN_LOCK), 'a');
      await chmod(join(output, RUN_LOCK), 0o444);
      expect(await withRunLock({ output, plan: 'b', reporter }, async () => 'on')).toBe('on');
      expect(warned.splice(0)).toEqual([expect.stringMatching(/cannot be locked .*EACCES/)]);
    });
  },
);
