import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startBuildLog } from '../../src/module/build-log.ts';
import { withTemporaryDirectory } from '../../src/system/cleanup.ts';

test('a new empty log in the cache, in place of the old one', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    process.env.XDG_CACHE_HOME = directory;
    const log = await startBuildLog('m-1-6.1');
    expect(log).toBe(join(directory, 'dkms-deb/log/m-1-6.1.log'));
    await writeFile(log, 'old');
    await startBuildLog('m-1-6.1');
    expect(await readFile(log, 'utf8')).toBe('');
  });
});

test('bug: a link of that name is not written through', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    process.env.XDG_CACHE_HOME = directory;
    await mkdir(join(directory, 'dkms-deb/log'), { recursive: true });
    await writeFile(join(directory, 'precious'), 'precious');
    await symlink(join(directory, 'precious'), join(directory, 'dkms-deb/log/m.log'));
    await startBuildLog('m');
    expect(await readFile(join(directory, 'precious'), 'utf8')).toBe('precious');
  });
});

test('where the cache cannot be written, a directory that nobody could foresee', async () => {
  process.env.XDG_CACHE_HOME = '/dev/null/x';
  const log = await startBuildLog('m');
  expect(log).toMatch(/\/dkms-deb-log-\w{6}\/m\.log$/);
  expect(existsSync(dirname(log))).toBe(true);
  await rm(dirname(log), { recursive: true });
});
