import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheKey, restoreBuild, storeFiles } from '../../../src/module/compile/build-cache.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { removeOldest } from '../../../src/system/files/cache-size.ts';
import { sha256 } from '../../../src/system/files/sha256.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

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
    await storeFiles(cache, 'key', { files: [file], abi: 'sha256:1' }, silentReporter);
    await work({ cache, target });
  });
}

test('what was stored comes back', async () => {
  await withEntry(async ({ cache, target }) => {
    const restored = await restoreBuild(cache, 'key', target, silentReporter);
    expect(restored).toEqual({ files: [join(target, 'hello.ko')], abi: 'sha256:1' });
    expect(await readFile(join(target, 'hello.ko'), 'utf8')).toBe('module');
    expect(await restoreBuild(cache, 'other', target, silentReporter)).toBeUndefined();
  });
});

test('debug data come back beside the modules', async () => {
  await withTemporaryDirectory('cache', async (directory) => {
    const [file, symbols] = [join(directory, 'm.ko'), join(directory, 'm.ko.debug')];
    await Promise.all([file, symbols].map((path) => writeFile(path, path)));
    const cache = join(directory, 'cache');
    await storeFiles(
      cache,
      'key',
      { files: [file], abi: 'sha256:1', debug: [symbols] },
      silentReporter,
    );
    const target = join(directory, 'target');
    expect(await restoreBuild(cache, 'key', target, silentReporter)).toEqual({
      files: [join(target, 'm.ko')],
      abi: 'sha256:1',
      debug: [join(target, 'm.ko.debug')],
    });
    expect(await readFile(join(target, 'm.ko.debug'), 'utf8')).toBe(symbols);
  });
});

/** What may become of a file: a bad disk, a hand, another program. */
const DAMAGES: readonly (readonly [string, (file: string) => Promise<unknown>])[] = [
  ['emptied', (file) => writeFile(file, '')],
  ['longer by a byte', (file) => appendFile(file, '\n')],
  ['with a bit flipped', (file) => changeByte(file, (byte) => byte ^ 1)],
  ['with a byte that is not UTF-8', (file) => changeByte(file, () => 0xff)],
  ['removed', (file) => rm(file)],
  ['a directory', (file) => rm(file).then(() => mkdir(file))],
  ['a fifo', (file) => rm(file).then(() => run('mkfifo', [file]))],
  ['a link to /dev/zero', (file) => rm(file).then(() => symlink('/dev/zero', file))],
];

async function changeByte(file: string, change: (byte: number) => number): Promise<void> {
  const bytes = await readFile(file);
  const at = bytes.length - 5;
  bytes[at] = change(bytes[at] ?? 0);
  await writeFile(file, bytes);
}

describe.each(['hello.ko', 'record'])(
  'bug: a damaged cache was used, or gave way in silence: %s',
  (name) => {
    test.each(DAMAGES)('%s: reported, removed, made again', async (_, damage) => {
      await withEntry(async ({ cache, target }) => {
        await damage(join(cache, 'key', name));
        const told: string[] = [];
        const reporter = { ...silentReporter, warn: (message: string) => told.push(message) };
        expect(await restoreBuild(cache, 'key', target, reporter)).toBeUndefined();
        expect(told).toEqual([expect.stringContaining(join(cache, 'key'))]);
        expect(await readdir(cache)).toEqual([]);
        const file = join(cache, '..', 'hello.ko');
        await storeFiles(cache, 'key', { files: [file], abi: 'sha256:2' }, silentReporter);
        const again = await restoreBuild(cache, 'key', target, silentReporter);
        expect(again).toMatchObject({ abi: 'sha256:2' });
      });
    });
  },
);

test('bug: a damaged entry gave way to none: what is built then takes its place', async () => {
  await withEntry(async ({ cache, target }) => {
    const file = join(cache, '..', 'hello.ko');
    const elsewhere = JSON.stringify({ abi: '', files: [{ name: '../x', size: 1, sha256: '' }] });
    for (const [name, text] of [
      ['hello.ko', 'rubbish'],
      ['record', '{'],
      ['record', `${sha256(elsewhere)}\n${elsewhere}\n`],
    ] as const) {
      await writeFile(join(cache, 'key', name), text);
      expect(await restoreBuild(cache, 'key', target, silentReporter)).toBeUndefined();
      await storeFiles(cache, 'key', { files: [file], abi: 'sha256:2' }, silentReporter);
      expect(await restoreBuild(cache, 'key', target, silentReporter)).toMatchObject({
        abi: 'sha256:2',
      });
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
        await storeFiles(cache, key, { files: [file], abi: key }, silentReporter);
        await removeOldest(cache, { mostBytes: 2500 });
        const restored = await restoreBuild(
          cache,
          key,
          join(directory, `target-${i}-${n}`),
          silentReporter,
        );
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
    await removeOldest(cache, { mostBytes: 2500 });
    expect((await readdir(cache)).length).toBeLessThanOrEqual(2);
  });
});

test('two runs that store the same build do not disturb one another', async () => {
  await withEntry(async ({ cache, target }) => {
    const build = { files: [join(cache, 'key/hello.ko')], abi: 'sha256:1' };
    await Promise.all([
      storeFiles(cache, 'key', build, silentReporter),
      storeFiles(cache, 'key', build, silentReporter),
    ]);
    expect(await readdir(cache)).toEqual(['key']);
    expect(await restoreBuild(cache, 'key', target, silentReporter)).toBeDefined();
  });
});

test('bug: a cache that cannot be written was passed over in silence; it is not an error', async () => {
  await withTemporaryDirectory('cache', async (directory) => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const told: string[] = [];
    const reporter = { ...silentReporter, note: (message: string) => told.push(message) };
    const cache = join(file, 'modules');
    await storeFiles(cache, 'key', { files: [], abi: '' }, reporter);
    expect(told).toEqual([`Nothing is stored in the cache ${cache}: not a directory (ENOTDIR)`]);
  });
});

test('every part of the input is part of the key', () => {
  const keys = [{}, { source: 'a' }, { source: 'b' }, { source: 'a', compiler: 'gcc-12' }];
  expect(new Set(keys.map(cacheKey)).size).toBe(keys.length);
});
