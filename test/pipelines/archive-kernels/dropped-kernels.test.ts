import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { debFile, openStore, recordKernels } from '../../../src/archives/store/header-store.ts';
import { withDroppedKernels } from '../../../src/pipelines/archive-kernels/dropped-kernels.ts';
import type { OpenArchives } from '../../../src/pipelines/archive-kernels/open-archives.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { listedKernel } from '../../support/fleet-archive.ts';

const RELEASE = '6.8.0-40-generic';

test('bug: a kernel of the store counted for any suite, although Ubuntu uses its release in two', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const store = openStore(join(directory, 'store'));
    const ofSeries = (base: string, version: string) => ({
      ...listedKernel(RELEASE, version),
      base,
      suites: [`${base}-updates`],
    });
    const kernels = [ofSeries('noble', '6.8.0-40.40'), ofSeries('jammy', '6.8.0-40.40~22.04.3')];
    await recordKernels(store, kernels, '2026-11-01');
    for (const { sha256 } of kernels.flatMap(({ parts }) => parts)) {
      await mkdir(dirname(debFile(store, sha256)), { recursive: true });
      await writeFile(debFile(store, sha256), '');
    }
    const archives = { store, kernels: [], root: {} } as unknown as OpenArchives;
    const basesFor = async (suites: readonly string[], sourceFiles: readonly string[] = []) => {
      const wish = { suites, sourceFiles, architectures: ['amd64'] } as never;
      const found = await withDroppedKernels(archives, [RELEASE], wish, silentReporter);
      return found.map(({ base }) => base).sort();
    };
    expect(await basesFor(['jammy-updates'])).toEqual(['jammy']);
    expect(await basesFor(['noble', 'jammy'])).toEqual(['jammy', 'noble']);
    expect(await basesFor(['trixie'])).toEqual([]);
    // A file may name any archive.
    expect(await basesFor([], ['ubuntu.sources'])).toEqual(['jammy', 'noble']);
  });
});
