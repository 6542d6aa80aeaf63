import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  cacheKey,
  removeOldest,
  restoreBuild,
  storeBuild,
} from '../../../src/module/compile/build-cache.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

/** A cache with one entry `key`, and an empty directory to restore it into. */
async function withEntry(
  work: (places: { cache: string; target: string }) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory('cache', async (directory) => {
    const cache = join(directory, 'cache');
    const target = join(directory, 'target');
    await mkdir(target);
    const file = join(directory, 'hello.ko');
    await writeFile(file, 'module');
    await storeBuild(cache, 'key', { files: [file], abi: 'sha256:1' });
    await work({ cache, target });
  });
}

test('what was stored comes back', async () => {
  await withEntry(async ({ cache, target }) => {
    const restored = await restoreBuild(cache, 'key', target);
    expect(restored).toEqual({ files: [join(target, 'hello.ko')], abi: 'sha256:1' });
    expect(await readFile(join(target, 'hello.ko'), 'utf8')).toBe('module');
    expect(await restoreBuild(cache, 'other', target)).toBeUndefined();
  });
});

test('debug data come back beside the modules', async () => {
  await withTemporaryDirectory('cache', async (directory) => {
    const [file, symbols] = [join(directory, 'm.ko'), join(directory, 'm.ko.debug')];
    await Promise.all([file, symbols].map((path) => writeFile(path, path)));
    const cache = join(directory, 'cache');
    await storeBuild(cache, 'key', { files: [file], abi: 'sha256:1', debug: [symbols] });
    const target = join(directory, 'target');
    expect(await restoreBuild(cache, 'key', target)).toEqual({
      files: [join(target, 'm.ko')],
      abi: 'sha256:1',
      debug: [join(target, 'm.ko.debug')],
    });
    expect(await readFile(join(target, 'm.ko.debug'), 'utf8')).toBe(symbols);
  });
});

test('a damaged entry is no entry', async () => {
  await withEntry(async ({ cache, target }) => {
    await writeFile(join(cache, 'key/hello.ko'), 'rubbish');
    expect(await restoreBuild(cache, 'key', target)).toBeUndefined();
  });
});

test('bug: a damaged entry gave way to none: what is built then takes its place', async () => {
  await withEntry(async ({ cache, target }) => {
    const file = join(cache, '..', 'hello.ko');
    for (const [name, text] of [
      ['hello.ko', 'rubbish'],
      ['record.json', '{'],
      ['record.json', JSON.stringify({ abi: '', files: [{ name: '../x', sha256: '' }] })],
    ] as const) {
      await writeFile(join(cache, 'key', name), text);
      expect(await restoreBuild(cache, 'key', target)).toBeUndefined();
      await storeBuild(cache, 'key', { files: [file], abi: 'sha256:2' });
      expect(await restoreBuild(cache, 'key', target)).toMatchObject({ abi: 'sha256:2' });
    }
  });
});

test('many runs at once that store, restore and remove: each gets whole entries or none', async () => {
  await withTemporaryDirectory('cache', async (directory) => {
    const cache = join(directory, 'cache');
    const file = join(directory, 'm.ko');
    await writeFile(file, Buffer.alloc(1000, 'x'));
    let whole = 0;
    const one = async (i: number) => {
      for (let n = 0; n < 5; n++) {
        const key = `key${(i + n) % 3}`;
        await storeBuild(cache, key, { files: [file], abi: key });
        await removeOldest(cache, 2500);
        const restored = await restoreBuild(cache, key, join(directory, `target-${i}-${n}`));
        if (restored === undefined) continue;
        whole++;
        expect(restored.abi).toBe(key);
        expect((await readFile(restored.files[0] ?? '')).equals(Buffer.alloc(1000, 'x'))).toBe(
          true,
        );
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(one));
    expect(whole).toBeGreaterThan(0);
    await removeOldest(cache, 2500);
    expect((await readdir(cache)).length).toBeLessThanOrEqual(2);
  });
});

test('what a killed run left half done goes after a day', async () => {
  await withTemporaryDirectory('cache', async (cache) => {
    for (const name of ['.new-old', '.new-young', '.other']) await mkdir(join(cache, name));
    await utimes(join(cache, '.new-old'), 1000, 1000);
    await utimes(join(cache, '.other'), 1000, 1000);
    await removeOldest(cache, 1000);
    expect((await readdir(cache)).sort()).toEqual(['.new-young', '.other']);
  });
});

test('two runs that store the same build do not disturb one another', async () => {
  await withEntry(async ({ cache, target }) => {
    const build = { files: [join(cache, 'key/hello.ko')], abi: 'sha256:1' };
    await Promise.all([storeBuild(cache, 'key', build), storeBuild(cache, 'key', build)]);
    expect(await readdir(cache)).toEqual(['key']);
    expect(await restoreBuild(cache, 'key', target)).toBeDefined();
  });
});

test('a cache that cannot be written is no error', async () => {
  await withTemporaryDirectory('cache', async (directory) => {
    const cache = join(directory, 'file');
    await writeFile(cache, '');
    await storeBuild(join(cache, 'modules'), 'key', { files: [], abi: '' });
  });
});

test('what was not used for longest goes first', async () => {
  await withTemporaryDirectory('cache', async (cache) => {
    for (const [name, used] of [
      ['old', 1000],
      ['older', 500],
      ['new', 2000],
    ] as const) {
      await mkdir(join(cache, name));
      await writeFile(join(cache, name, 'x.ko'), Buffer.alloc(100));
      await utimes(join(cache, name), used, used);
    }
    await removeOldest(cache, 250);
    expect((await readdir(cache)).sort()).toEqual(['new', 'old']);
    await removeOldest(cache, 100);
    expect(await readdir(cache)).toEqual(['new']);
  });
});

test('every part of the input is part of the key', () => {
  const keys = [{}, { source: 'a' }, { source: 'b' }, { source: 'a', compiler: 'gcc-12' }];
  expect(new Set(keys.map(cacheKey)).size).toBe(keys.length);
});
