import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  type Archives,
  dryRun,
  TWO_RELEASES,
  archiveTest as test,
  twoKernels,
} from '../../support/kernel-archive.ts';

const [FIRST, SECOND] = TWO_RELEASES;

function fileOf({ store }: Archives, sha256: string): string {
  return join(store, 'by-sha256', sha256.slice(0, 2), `${sha256}.deb`);
}

/** Removes what was unpacked, so that the packages are read again. */
async function forgetUnpacked({ store }: Archives): Promise<void> {
  for (const place of ['unpacked', 'tree']) await rm(join(store, place), { recursive: true });
}

async function storedFiles({ store }: Archives): Promise<string[]> {
  const files = await readdir(store, { recursive: true });
  return files.filter((name) => name.startsWith('by-sha256') && name.endsWith('.deb')).sort();
}

test.for([
  [
    'damaged, of the same size',
    async (file: string) => {
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
  ],
  ['truncated', (file: string) => truncate(file, 1000)],
  ['empty', (file: string) => truncate(file, 0)],
  ['another version', (file: string, other: string) => copyFile(other, file)],
] as const)(
  'a package in the store that is %s: an error for its kernel, the other one is built; the next run fetches it',
  async ([, damage], { archives }) => {
    const source = await archives.sources('two.sources', `file:${await twoKernels(archives)}`, [
      'two',
    ]);
    const args = ['--sources', source, '--all'];
    const good = { [FIRST]: 'built', [SECOND]: 'built' };
    expect((await dryRun(archives, args)).kernels).toEqual(good);
    const before = await storedFiles(archives);
    const kernels = await archives.kernels(['--offline']);
    const [ours, other] = [SECOND, FIRST].map((release) => {
      const found = kernels.find((one) => one.release === release);
      return fileOf(archives, found?.packages[0]?.sha256 ?? '');
    });
    await damage(ours ?? '', other ?? '');
    await forgetUnpacked(archives);

    const { kernels: told, exitStatus } = await dryRun(archives, args);
    expect(told).toEqual({
      [FIRST]: 'built',
      [SECOND]: `damaged-deb: the package linux-headers-${SECOND} 6.9.1-1 in the store was damaged, so it was removed`,
    });
    expect(exitStatus).toBe(21);
    expect(await storedFiles(archives)).toHaveLength(before.length - 1);

    const again = await dryRun(archives, args);
    expect(again.kernels).toEqual(good);
    expect(again.exitStatus).toBe(0);
    expect(await storedFiles(archives)).toEqual(before);
  },
);

test('offline, a kernel whose package is gone is not offered; the other one is built', async ({
  archives,
}) => {
  const source = await archives.sources('two.sources', `file:${await twoKernels(archives)}`, [
    'two',
  ]);
  await dryRun(archives, ['--sources', source, '--all']);
  const [gone] = (await archives.kernels(['--offline'])).filter(
    ({ release }) => release === SECOND,
  );
  await rm(fileOf(archives, gone?.packages[0]?.sha256 ?? ''));
  await forgetUnpacked(archives);
  expect((await archives.kernels(['--offline'])).map(({ release }) => release)).toEqual([FIRST]);
  expect((await dryRun(archives, ['--offline', '--all'])).kernels).toEqual({ [FIRST]: 'built' });
});
