import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { debFile, openStore, recordKernels } from '../../../src/archives/store/header-store.ts';
import { openArchives } from '../../../src/pipelines/archive-kernels/open-archives.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { listedKernel } from '../../support/fleet-archive.ts';

/** Opens a store with one kernel of trixie offline, and returns the kernels of the suites with all warnings. */
async function offline(suites: readonly string[]) {
  return withTemporaryDirectory('test', async (directory) => {
    const store = openStore(join(directory, 'store'));
    const kernel = { ...listedKernel('6.12.9-amd64', '6.12.9-1'), suites: ['trixie'] };
    await recordKernels(store, [kernel], '2026-11-01');
    for (const { sha256 } of kernel.parts) {
      await mkdir(dirname(debFile(store, sha256)), { recursive: true });
      await writeFile(debFile(store, sha256), '');
    }
    const warnings: string[] = [];
    const warn = (text: string, hint = '') => void warnings.push(`${text}: ${hint}`);
    const wish = {
      ...{ suites, sourceFiles: [], architectures: ['amd64'], store: store.directory },
      ...{ offline: true, refresh: false },
    };
    const { kernels } = await openArchives(wish, { ...silentReporter, warn }, { host: 'amd64' });
    return { releases: kernels.map(({ release }) => release), warnings };
  });
}

test('offline, a misspelt suite is an error that asks for the suites of the store', async () => {
  await expect(offline(['trixe'])).rejects.toMatchObject({
    code: 'no-kernel-matches',
    message: 'the store has no kernels of trixe',
    hint: 'Did you mean trixie? Run once without --offline. The store has kernels of: trixie.',
  });
});

test('offline, a suite without kernels beside another is told', async () => {
  const { releases, warnings } = await offline(['trixie', 'bookworm']);
  expect(releases).toEqual(['6.12.9-amd64']);
  expect(warnings).toEqual([
    'the store has no kernels of bookworm: Run once without --offline. The store has kernels of: trixie.',
  ]);
  expect((await offline(['trixie'])).warnings).toEqual([]);
  expect((await offline([])).releases).toEqual(['6.12.9-amd64']);
});
