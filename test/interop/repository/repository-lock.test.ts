import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOCK, withRepositoryLock } from '../../../src/repository/repository-lock.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { errorOf } from '../../support/archive-fixtures.ts';

test('a second publisher is refused while the first one works, and not afterwards', async () => {
  await withTemporaryDirectory('lock', async (directory) => {
    const site = join(directory, 'new/site');
    const said = await withRepositoryLock(site, () =>
      errorOf(() => withRepositoryLock(site, async () => 'second')),
    );
    expect(said.code).toBe('repository-locked');
    expect(said.hint).toContain(`fuser -v ${join(site, LOCK)}`);
    expect(await withRepositoryLock(site, async () => 'second')).toBe('second');
    expect(await readdir(site)).toEqual([LOCK]);
    expect((await stat(join(site, LOCK))).size).toBe(0);
  });
});

test('a lock ends with its process, also by SIGKILL; work that fails releases it', async () => {
  await withTemporaryDirectory('lock', async (directory) => {
    const file = join(directory, LOCK);
    const other = spawn('flock', [file, 'sh', '-c', 'echo locked; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await once(other.stdout, 'data');
    expect((await errorOf(() => withRepositoryLock(directory, async () => {}))).code).toBe(
      'repository-locked',
    );
    process.kill(-(other.pid ?? 0), 'SIGKILL');
    await once(other, 'close');
    await expect(
      withRepositoryLock(directory, async () => {
        throw new Error('work');
      }),
    ).rejects.toThrow('work');
    expect(await withRepositoryLock(directory, async () => 'free')).toBe('free');
  });
});
