import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { withBuildLog } from '../../../src/module/compile/build-log.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

afterEach(() => vi.unstubAllEnvs());

const logOf = (stem: string) => withBuildLog(stem, async (file) => file);

test('a new empty log in the cache, in place of the old one', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    vi.stubEnv('XDG_CACHE_HOME', directory);
    const log = await logOf('m-1-6.1');
    expect(log).toBe(join(directory, 'dkms-deb/log/m-1-6.1.log'));
    await writeFile(log, 'old');
    await logOf('m-1-6.1');
    expect(await readFile(log, 'utf8')).toBe('');
  });
});

test('bug: a link of that name is not written through', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    vi.stubEnv('XDG_CACHE_HOME', directory);
    await mkdir(join(directory, 'dkms-deb/log'), { recursive: true });
    await writeFile(join(directory, 'precious'), 'precious');
    await symlink(join(directory, 'precious'), join(directory, 'dkms-deb/log/m.log'));
    await logOf('m');
    expect(await readFile(join(directory, 'precious'), 'utf8')).toBe('precious');
  });
});

describe.each(['/dev/null/x', '/proc/nope'])('where the cache cannot be written, %s', (place) => {
  const pattern = /\/dkms-deb-log-\w{6}\/m\.log$/;

  test('a directory that nobody could foresee; bug: it stayed after a success', async () => {
    vi.stubEnv('XDG_CACHE_HOME', place);
    const log = await withBuildLog('m', async (file) => {
      await writeFile(file, 'text');
      return file;
    });
    expect(log).toMatch(pattern);
    expect(existsSync(dirname(log))).toBe(false);
  });

  test('it stays after a failure', async () => {
    vi.stubEnv('XDG_CACHE_HOME', place);
    let log = '';
    const failing = withBuildLog('m', async (file) => {
      log = file;
      await writeFile(file, 'text');
      throw new Error('make failed');
    });
    await expect(failing).rejects.toThrow('make failed');
    expect(await readFile(log, 'utf8')).toBe('text');
    await rm(dirname(log), { recursive: true });
  });
});
