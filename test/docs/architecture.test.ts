import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/project.ts';

const SRC = join(PROJECT, 'src');

/** The rooms of src/, as docs/architecture.md lists them: from the uppermost down. */
async function rooms(): Promise<string[]> {
  const page = await readFile(join(PROJECT, 'docs/architecture.md'), 'utf8');
  const [, list = ''] = /^src\/\n((?: .*\n)+)/m.exec(page) ?? [];
  return [...list.matchAll(/^ {2}([a-z]+)\/ /gm)].map(([, room = '']) => room);
}

test('the page lists every room', async () => {
  const entries = await readdir(SRC, { withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect((await rooms()).sort()).toEqual(directories.sort());
});

test('a room imports only from rooms below it', async () => {
  const order = await rooms();
  const files = await readdir(SRC, { recursive: true });
  const upwards: string[] = [];
  let seen = 0;
  for (const file of files.filter((name) => name.endsWith('.ts') && name.includes('/'))) {
    const text = await readFile(join(SRC, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/\b(?:from|import\()\s*'(\.[^']+)'/g)) {
      const imported = relative(SRC, join(SRC, dirname(file), path));
      const [from, to] = [file, imported].map((name) => order.indexOf(name.split('/')[0] ?? ''));
      seen++;
      if (imported !== 'errors.ts' && Number(to) < Number(from)) {
        upwards.push(`${file} imports ${imported}`);
      }
    }
  }
  expect(seen).toBeGreaterThan(500);
  expect(upwards).toEqual([]);
});
