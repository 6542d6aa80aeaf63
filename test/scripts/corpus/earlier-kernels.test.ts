import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readKernelTable } from '../../../scripts/corpus/earlier-kernels.ts';
import { type KernelRecord, writeKernelTable } from '../../../scripts/corpus/kernels-table.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test('the table of an earlier run is read back; what failed is left out, so that it is built again', async () => {
  await withTemporaryDirectory('table', async (directory) => {
    const file = join(directory, 'page.md');
    await writeFile(file, '<!-- kernels: begin -->\n<!-- kernels: end -->\n');
    const about = {
      version: '1',
      flavour: 'a',
      compiler: 'gcc-14',
      suites: ['sid', 'forky'],
      size: 1,
    };
    const built = {
      name: 'hello',
      status: 'built',
      seconds: 8.3,
      modules: 1,
      verified: true,
    } as const;
    const excluded = {
      name: 'x',
      status: 'excluded',
      seconds: 0,
      modules: 0,
      verified: false,
    } as const;
    const records: KernelRecord[] = [
      {
        ...{ ...about, release: '6.1', architecture: 'amd64', date: '2026-11-26' },
        drivers: [
          { ...built, reason: '', output: [] },
          { ...excluded, reason: 'excluded: a|b', output: [] },
        ],
      },
      {
        ...{ ...about, release: '6.2', architecture: 'arm64', date: '2026-11-27' },
        drivers: [{ ...built, status: 'failed', verified: false, reason: 'make', output: [] }],
      },
    ];
    await writeKernelTable(file, records, 3);
    expect(Object.fromEntries(await readKernelTable(file))).toEqual({
      'sid, forky 6.1 amd64': {
        date: '2026-11-27',
        drivers: [
          { ...built, reason: '', output: [] },
          { ...excluded, reason: 'excluded: a|b', output: [] },
        ],
      },
      'sid, forky 6.2 arm64': { date: '2026-11-27', drivers: [] },
    });
  });
});
