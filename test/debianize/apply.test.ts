import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyPlan } from '../../src/debianize/apply.ts';
import type { PlannedFile } from '../../src/debianize/files/generated-file.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

const planned = (path: string): PlannedFile => ({
  path,
  text: `${path}\n`,
  mode: 0o644,
  unknown: [],
  before: undefined,
  action: 'create',
});
const plan = (...paths: string[]) => ({
  files: paths.map(planned),
  manifest: '{}\n',
  manifestChanged: true,
});

test.each([
  ['first', ['odd', 'fine'], 'Nothing was changed.'],
  ['last', ['fine', 'odd'], 'Some files were changed.'],
])(
  'the hint says whether a file was changed before one that cannot be: %s',
  async (_, paths, says) => {
    await withTemporaryDirectory('test', async (tree) => {
      await mkdir(join(tree, 'debian/odd/full'), { recursive: true });
      const error = await applyPlan(tree, plan(...paths)).catch((error: Error) => error);
      expect(error).toMatchObject({
        code: 'debian-directory',
        hint: expect.stringContaining(says),
      });
      expect(await readdir(tree)).toEqual(['debian']);
    });
  },
);

test('all files appear together, also in a new directory', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await applyPlan(tree, plan('control', 'source/format'));
    expect(await readFile(join(tree, 'debian/source/format'), 'utf8')).toBe('source/format\n');
    expect(await readdir(tree)).toEqual(['debian']);
  });
});
