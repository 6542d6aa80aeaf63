import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/project.ts';

/** The types of a chunk of the bundle that a plugin loads at run time. */
const BUNDLED = '../src/documents.ts';

test('packaging/ imports only public functions of src/', async () => {
  const directory = join(PROJECT, 'packaging');
  const inner: string[] = [];
  let seen = 0;
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(join(directory, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/\b(?:from|import\()\s*'(\.\.\/[^']+)'/g)) {
      seen++;
      if (path !== '../src/library.ts' && path !== BUNDLED) inner.push(`${file} imports ${path}`);
    }
  }
  expect(seen).toBeGreaterThan(10);
  expect(inner).toEqual([]);
});
