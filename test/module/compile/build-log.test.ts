import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { withBuildLog } from '../../../src/module/compile/build-log.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

afterEach(() => vi.unstubAllEnvs());

const NAME = { driver: 'm-1', release: '6.1' };
const logOf = (name = NAME) => withBuildLog(name, async (file) => file);

test('a new empty log in the cache, in place of the old one', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    vi.stubEnv('XDG_CACHE_HOME', directory);
    const log = await logOf();
    expect(log).toBe(join(directory, 'dkms-deb/log/m-1-6.1.log'));
    await writeFile(log, 'old');
    await logOf();
    expect(await readFile(log, 'utf8')).toBe('');
  });
});

test('bug: a link of that name is not written through', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    vi.stubEnv('XDG_CACHE_HOME', directory);
    await mkdir(join(directory, 'dkms-deb/log'), { recursive: true });
    await writeFile(join(directory, 'precious'), 'precious');
    await symlink(join(directory, 'precious'), join(directory, 'dkms-deb/log/m-1-6.1.log'));
    await logOf();
    expect(await readFile(join(directory, 'precious'), 'utf8')).toBe('precious');
  });
});

describe.each(['/dev/null/x', '/proc/nope'])('where the cache cannot be written, %s', (place) => {
  const pattern = /\/dkms-deb-log-\w{6}\/m-1-6\.1\.log$/;

  test('a directory that nobody could foresee; bug: it stayed after a success', async () => {
    vi.stubEnv('XDG_CACHE_HOME', place);
    const log = await withBuildLog(NAME, async (file) => {
      await writeFile(file, 'text');
      return file;
    });
    expect(log).toMatch(pattern);
    expect(existsSync(dirname(log))).toBe(false);
  });

  test('it stays after a failure', async () => {
    vi.stubEnv('XDG_CACHE_HOME', place);
    let log = '';
    const failing = withBuildLog(NAME, async (file) => {
      log = file;
      await writeFile(file, 'text');
      throw new Error('make failed');
    });
    await expect(failing).rejects.toThrow('make failed');
    expect(await readFile(log, 'utf8')).toBe('text');
    await rm(dirname(log), { recursive: true });
  });
});

test('the objects that are expected: those of the earlier log, else of another kernel', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    vi.stubEnv('XDG_CACHE_HOME', directory);
    const expected = (release: string) =>
      withBuildLog({ driver: 'm-1', release }, async (_, objects) => objects);
    const leave = async (release: string, text: string) =>
      writeFile(await logOf({ driver: 'm-1', release }), text);
    expect(await expected('6.1')).toBe(undefined);
    await leave('6.1', '  CC [M]  a.o\n  CC [M]  b.o\n  CC [M]  a.o\n  LD [M]  m.ko\n');
    expect(await expected('6.12')).toBe(2);
    expect(await expected('6.1')).toBe(2);
    // That build was interrupted, and this one failed.
    for (const end of ['', '  LD [M]  m.ko\nmake: *** [Makefile:1: all] Error 2\n']) {
      await leave('6.1', `  CC [M]  a.o\n${end}`);
      expect(await expected('6.1')).toBe(undefined);
    }
  });
});
