import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hearDownloads, watchDownload } from '../../../src/archives/apt/downloads.ts';
import type { Advance } from '../../../src/report/reporter.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'downloads-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Writes a file of 200 bytes in two halves. Each half is written when the bytes before it have been told. */
async function download(name: string, told: readonly Advance[]): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, 'x'.repeat(100));
  await vi.waitFor(() => expect(told.at(-1)?.item).toBe(name), { timeout: 5000 });
  await appendFile(file, 'x'.repeat(100));
  return file;
}

function fileOf(name: string) {
  return { name, paths: [join(directory, 'elsewhere'), join(directory, name)] };
}

test('the bytes of all files are told, and the file at work', async () => {
  const told: Advance[] = [];
  const files = [fileOf('one.deb'), fileOf('two.deb')];
  const result = await watchDownload(
    async () => files,
    400,
    (advance) => told.push(advance),
    async () => {
      await download('one.deb', told);
      await download('two.deb', told);
      return 'done';
    },
  );
  expect(result).toBe('done');
  expect(told).toContainEqual({ done: 100, expected: 400, unit: 'bytes', item: 'one.deb' });
  expect(told).toContainEqual({ done: 300, expected: 400, unit: 'bytes', item: 'two.deb' });
  expect(told.at(-1)).toEqual({ done: 400, expected: 400, unit: 'bytes', item: undefined });
});

test('a list that apt has moved away still counts', async () => {
  const told: Advance[] = [];
  let files = [fileOf('InRelease')];
  await watchDownload(
    async () => files,
    undefined,
    (advance) => told.push(advance),
    async () => {
      await rm(await download('InRelease', told));
      files = [fileOf('Packages.xz')];
      await download('Packages.xz', told);
    },
  );
  const { done, expected } = told.at(-1) ?? {};
  expect(done).toBeGreaterThanOrEqual(200);
  expect(expected).toBeUndefined();
});

test('who waits hears of the downloads of others, all together, and no more afterwards', async () => {
  const heard: (Advance | undefined)[] = [];
  const one: Advance[] = [];
  const two: Advance[] = [];
  const watch = (name: string, told: Advance[]) =>
    watchDownload(
      async () => [fileOf(name)],
      200,
      (advance) => told.push(advance),
      () => download(name, told),
    );
  await hearDownloads(
    (advance) => heard.push(advance),
    () => Promise.all([watch('one.deb', one), watch('two.deb', two)]),
  );
  expect(Math.max(...heard.map((one) => one?.expected ?? 0))).toBe(400);
  expect(heard.at(-1)).toBeUndefined();
  expect(new Set(one.map(({ item }) => item))).not.toContain('two.deb');
  const count = heard.length;
  const three: Advance[] = [];
  await watch('three.deb', three);
  expect(three.at(-1)).toMatchObject({ done: 200, expected: 200 });
  expect(heard).toHaveLength(count);
}, 20_000);
