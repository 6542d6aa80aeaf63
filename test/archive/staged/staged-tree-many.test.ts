import { expect, test } from 'vitest';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const COUNT = 20_000;
const BYTES = Buffer.from('x');

function manyFiles(): StagedTree {
  const tree = new StagedTree(0);
  for (let i = 0; i < COUNT; i++) tree.addFile(`usr/share/doc/x/f${i}`, { bytes: BYTES });
  return tree;
}

test('bug: removing many files, as for compressed documentation, took quadratic time', async () => {
  const tree = manyFiles();
  const used = await cpuTime(() => {
    for (let i = 0; i < COUNT; i++) {
      tree.delete(`usr/share/doc/x/f${i}`);
      tree.addFile(`usr/share/doc/x/f${i}.gz`, { bytes: BYTES });
    }
  });
  expect(used).toBeLessThan(10_000);
  expect(tree.entries()).toHaveLength(COUNT + 5);
});

test('the list of entries is sorted once, and again after a change', async () => {
  const tree = manyFiles();
  const used = await cpuTime(() => {
    for (let i = 0; i < 1000; i++) tree.entries();
  });
  expect(used).toBeLessThan(10_000);
  tree.addFile('a', { bytes: BYTES });
  expect(tree.entries()[1]?.path).toBe('a');
  tree.addDirectory('b', { mode: 0o700 });
  expect(tree.get('b')).toMatchObject({ mode: 0o700 });
  expect(tree.entries()[2]).toMatchObject({ path: 'b', mode: 0o700 });
  tree.delete('a');
  expect(tree.entries()[1]?.path).toBe('b');
});
