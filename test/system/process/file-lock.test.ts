import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { lockFile } from '../../../src/system/process/file-lock.ts';
import { withEnvironment } from '../../support/environment.ts';

const ALONE = { shared: false, waitSeconds: 0 };
const SHARED = { shared: true, waitSeconds: 0 };

test('one holds it alone, or several share it', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'lock');
    const alone = await lockFile(file, ALONE);
    expect(alone).toBeDefined();
    expect(await lockFile(file, ALONE)).toBeUndefined();
    expect(await lockFile(file, SHARED)).toBeUndefined();
    await alone?.close();
    const both = [await lockFile(file, SHARED), await lockFile(file, SHARED)];
    expect(both.every((one) => one !== undefined)).toBe(true);
    expect(await lockFile(file, ALONE)).toBeUndefined();
    for (const one of both) await one?.close();
  });
});

test('a lock of a process that was killed is free', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'lock');
    const holder = spawn('flock', [file, 'sh', '-c', 'echo; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    await once(holder.stdout, 'data');
    expect(await lockFile(file, ALONE)).toBeUndefined();
    process.kill(-(holder.pid ?? 0), 'SIGKILL');
    await once(holder, 'close');
    const lock = await lockFile(file, { shared: false, waitSeconds: 10 });
    expect(lock).toBeDefined();
    await lock?.close();
  });
});

test('a directory that does not exist is an error of open(2)', async () => {
  await expect(lockFile('/nonexistent/lock', ALONE)).rejects.toMatchObject({ code: 'ENOENT' });
});

// Bug: the store was used without a lock, as if it did not exist.
test('a missing flock is not taken for a missing directory', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const tried = withEnvironment({ PATH: `${directory}:/usr/sbin` }, () =>
      lockFile(join(directory, 'lock'), ALONE),
    );
    await expect(tried).rejects.toMatchObject({ code: 'tool-missing' });
  });
});
