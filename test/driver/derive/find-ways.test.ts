import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Budget } from '../../../src/driver/derive/budget.ts';
import { findWays } from '../../../src/driver/derive/find-ways.ts';
import { nothingBuilds } from '../../../src/driver/derive/nothing-builds.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

/** Finds the ways to build a tree with this number of folders, each with a makefile for kbuild. */
async function found(folders: number, budget: Budget) {
  return withTemporaryDirectory('ways', async (directory) => {
    const makefiles = [];
    for (let i = 0; i < folders; i++) {
      const [path, text] = [`m${i}/Makefile`, `obj-m := m${i}.o\n`];
      await mkdir(join(directory, `m${i}`), { recursive: true });
      await writeFile(join(directory, path), text);
      makefiles.push({ path, text });
    }
    const kernel = { ...referenceKernel(), directory };
    const ask = async () => ({ modules: [], failure: undefined, installs: false });
    const trials = { directory, kernels: [], budget, reporter: silentReporter };
    return findWays({ makefiles, tree: { copy: directory, kernel, ask } as never, trials });
  });
}

test('bug: of more than 20 folders with makefiles the others were left out without a word', async () => {
  const { settled } = await found(22, new Budget(60));
  expect(settled?.modules).toHaveLength(19);
  expect(settled?.warnings).toContainEqual(
    expect.stringMatching(/not asked for modules.*: m19\/, m20\/, m21\/$/),
  );
  expect((await found(19, new Budget(60))).settled?.warnings).toEqual([]);
});

test('bug: folders for which no time was left were left out without a word', async () => {
  const { settled, refusals } = await found(2, new Budget(0));
  expect(settled).toBeUndefined();
  expect(refusals).toEqual([
    { folder: '', words: expect.stringMatching(/not asked.*: the top, m0\/, m1\/$/) },
  ]);
});

test('the folders of which no error is shown are counted', () => {
  const refusals = Array.from({ length: 11 }, (_, i) => ({ folder: `m${i}`, words: 'x' }));
  expect(nothingBuilds('/nonexistent', refusals, []).output.at(-1)).toBe('and 3 more errors');
});
