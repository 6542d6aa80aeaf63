import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readNamedFiles } from '../../../src/dkms/source/named-files.ts';
import { findSpokenOf } from '../../../src/dkms/source/people-files.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { cpuTime } from '../../support/cpu-time.ts';

/** Calls `work` with a directory that has these files. */
async function inFiles<T>(
  files: Readonly<Record<string, string>>,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory('long', async (directory) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return work(directory);
  });
}

const LONG = '# a table\n'.repeat(60_000);

test('bug: what a makefile names behind its first 512 kB was not known', async () => {
  await inFiles({ Makefile: `${LONG}foo-y := last.o\r\n` }, async (directory) => {
    expect((await readNamedFiles(directory, ['Makefile'])).words).toContain('last.o');
  });
});

test('bug: a file for developers that a script mentions behind its first 512 kB was left out', async () => {
  const spoken = (text: string) =>
    inFiles({ configure: text, 'tests/a.c': '' }, (directory) =>
      findSpokenOf(directory, new Set(['configure']), ['tests/a.c'], new Set()),
    );
  expect(await spoken(`${LONG}cd tests\n`)).toEqual(['tests/a.c']);
  expect(await spoken(`${LONG}find . -type f -name x\n`)).toEqual(['tests/a.c']);
  expect(await spoken(`${LONG}find .\nls -name\n`)).toEqual([]);
});

test.each(['find ', '# ', '> ', 'rm ', ' -o'])(
  'bug: a long line of many %j took minutes',
  async (word) => {
    const text = `${word.repeat(500_000 / word.length)}\r\n`;
    await inFiles({ Makefile: text }, async (directory) => {
      const time = await cpuTime(async () => {
        await readNamedFiles(directory, ['Makefile']);
        await findSpokenOf(directory, new Set(['Makefile']), ['tests/a.c'], new Set());
      });
      expect(time).toBeLessThan(3000);
    });
  },
);
