import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markUsed, removeEntry, removeOldest } from '../../../src/system/files/cache-size.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('what a killed run left half done goes after a day', async () => {
  await withTemporaryDirectory('cache', async (cache) => {
    for (const name of ['.new-old', '.new-young', '.other']) await mkdir(join(cache, name));
    await utimes(join(cache, '.new-old'), 1000, 1000);
    await utimes(join(cache, '.other'), 1000, 1000);
    await removeOldest(cache, { mostBytes: 1000 });
    expect((await readdir(cache)).sort()).toEqual(['.new-young', '.other']);
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
    await removeOldest(cache, { mostBytes: 250 });
    expect((await readdir(cache)).sort()).toEqual(['new', 'old']);
    await removeOldest(cache, { mostBytes: 100 });
    expect(await readdir(cache)).toEqual(['new']);
  });
});

test('an entry goes whatever it is by now', async () => {
  await withTemporaryDirectory('cache', async (cache) => {
    await mkdir(join(cache, 'a/b'), { recursive: true });
    await writeFile(join(cache, 'c'), '');
    for (const name of ['a', 'c', 'none']) await removeEntry(cache, join(cache, name));
    expect(await readdir(cache)).toEqual([]);
  });
});

test('files and trees are entries, too; what was used lately stays above the limit', async () => {
  await withTemporaryDirectory('cache', async (cache) => {
    await writeFile(join(cache, 'facts.json'), Buffer.alloc(300));
    await mkdir(join(cache, 'tree/below'), { recursive: true });
    await writeFile(join(cache, 'tree/below/file'), Buffer.alloc(300));
    const old = new Date(Date.now() - 3600_000);
    await utimes(join(cache, 'tree'), old, old);
    const limit = { mostBytes: 400, keptSeconds: 7200 };
    await removeOldest(cache, limit);
    expect(await readdir(cache)).toEqual(['facts.json', 'tree']);
    await removeOldest(cache, { ...limit, keptSeconds: 60 });
    expect(await readdir(cache)).toEqual(['facts.json']);
    await markUsed(join(cache, 'facts.json'));
    await removeOldest(cache, { mostBytes: 0, keptSeconds: 60 });
    expect(await readdir(cache)).toEqual(['facts.json']);
  });
});
