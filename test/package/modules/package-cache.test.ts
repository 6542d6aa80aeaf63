import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { writeCachedPackage } from '../../../src/package/modules/package-cache.ts';
import type { StagedPackage } from '../../../src/package/staged-package.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function staged(module: string, version = '1.0'): StagedPackage {
  const tree = new StagedTree(1_790_000_000);
  tree.addFile('lib/modules/6.1/updates/x.ko', { bytes: Buffer.from(module) });
  const control = `Package: xx
Version: ${version}
Architecture: amd64
Maintainer: A <a@example.org>
Description: x
`;
  const members = [{ name: 'control', bytes: Buffer.from(control), mode: 0o644 }];
  return { fileName: 'x_1.0_amd64.deb', tree, control: members, timestamp: 1_790_000_000 };
}

test('the same package is copied without packing it; another is packed', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    vi.stubEnv('XDG_CACHE_HOME', join(directory, 'cache'));
    for (const name of ['a', 'b', 'c']) await mkdir(join(directory, name));
    const first = await writeCachedPackage(
      staged('module'),
      join(directory, 'a'),
      undefined,
      silentReporter,
    );

    // Without xz nothing can be packed.
    vi.stubEnv('PATH', '/nonexistent');
    const second = await writeCachedPackage(
      staged('module'),
      join(directory, 'b'),
      undefined,
      silentReporter,
    );
    expect(second).toBe(join(directory, 'b/x_1.0_amd64.deb'));
    expect(await readFile(second)).toEqual(await readFile(first));
    for (const other of [staged('other'), staged('module', '1.1')]) {
      await expect(
        writeCachedPackage(other, join(directory, 'c'), undefined, silentReporter),
      ).rejects.toMatchObject({
        code: 'tool-missing',
      });
    }
  });
});

test('a cache that cannot be written is no error', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'file'), '');
    vi.stubEnv('XDG_CACHE_HOME', join(directory, 'file'));
    const file = await writeCachedPackage(staged('module'), directory, undefined, silentReporter);
    expect((await readFile(file)).subarray(0, 7).toString()).toBe('!<arch>');
  });
});
