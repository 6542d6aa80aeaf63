import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/project.ts';

const SRC = join(PROJECT, 'src');
/** Test folders that do not mirror src/: what they are for is in docs/architecture.md. */
const NOT_MIRRORED = /^(?:docs|e2e|golden|hostile|interop|packaging|scripts|support)\//;

/** The folders of src/, as docs/architecture.md lists them: rooms from the uppermost down, and their parts. */
async function listed(): Promise<{ rooms: string[]; folders: string[] }> {
  const page = await readFile(join(PROJECT, 'docs/architecture.md'), 'utf8');
  const [, list = ''] = /^src\/\n((?: .*\n)+)/m.exec(page) ?? [];
  const rooms: string[] = [];
  const folders: string[] = [];
  for (const [, indent = '', names = ''] of list.matchAll(/^( {2}| {4})((?:[a-z\d-]+\/ ?)+)/gm)) {
    for (const name of names.trim().split(' ')) {
      const folder = name.slice(0, -1);
      if (indent.length === 2) rooms.push(folder);
      folders.push(indent.length === 2 ? folder : `${rooms.at(-1)}/${folder}`);
    }
  }
  return { rooms, folders };
}

async function typescriptIn(directory: string): Promise<string[]> {
  const files = await readdir(directory, { recursive: true });
  return files.filter((name) => name.endsWith('.ts')).sort();
}

/** Each file of src/, relative to it, with the files that it imports. */
async function importsOfAll(): Promise<Map<string, string[]>> {
  const all = new Map<string, string[]>();
  for (const file of await typescriptIn(SRC)) {
    const text = readFileSync(join(SRC, file), 'utf8');
    const paths = [...text.matchAll(/\b(?:from|import\()\s*'(\.[^']+)'/g)].map(
      ([, path = '']) => path,
    );
    all.set(
      file,
      paths.map((path) => relative(SRC, join(SRC, dirname(file), path))),
    );
  }
  return all;
}

/** A circle in a graph, as the nodes along it; undefined where there is none. */
function circle(graph: ReadonlyMap<string, Iterable<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...way, node]);
      if (found !== undefined) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const found = visit(node, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

const roomOf = (file: string) => file.split('/')[0] ?? '';

test('the page lists every room and every folder in one', async () => {
  const { folders } = await listed();
  const there = new Set((await typescriptIn(SRC)).map(dirname));
  there.delete('.');
  // A command has a folder of its own, named after it.
  const commands = (folder: string) =>
    folder.startsWith('commands/') && existsSync(join(SRC, folder, 'declaration.ts'));
  const expected = [...there].filter((folder) => !commands(folder));
  const rooms = expected.map(roomOf);
  expect(folders.sort()).toEqual([...new Set([...expected, ...rooms])].sort());
});

test('a room imports only from rooms below it', async () => {
  const { rooms } = await listed();
  const upwards: string[] = [];
  let seen = 0;
  for (const [file, imports] of await importsOfAll()) {
    if (!file.includes('/')) continue;
    for (const imported of imports) {
      seen++;
      if (imported === 'errors.ts') continue;
      const [from, to] = [file, imported].map((name) => rooms.indexOf(roomOf(name)));
      if (Number(to) < Number(from)) upwards.push(`${file} imports ${imported}`);
    }
  }
  expect(seen).toBeGreaterThan(500);
  expect(upwards).toEqual([]);
});

test('imports go in no circle: neither files nor the folders of a room', async () => {
  const files = await importsOfAll();
  expect(circle(files)).toBeUndefined();
  const folders = new Map<string, Set<string>>();
  for (const [file, imports] of files) {
    const from = dirname(file);
    const to = imports
      .map(dirname)
      .filter((folder) => folder !== from && roomOf(folder) === roomOf(from));
    folders.set(from, new Set([...(folders.get(from) ?? []), ...to]));
  }
  expect(circle(folders)).toBeUndefined();
});

test('no room is over 15 % of src/, no folder over 25 files, no file over 250 lines', async () => {
  const lines = new Map<string, number>();
  const files = new Map<string, number>();
  const long: string[] = [];
  for (const file of await typescriptIn(SRC)) {
    const count = readFileSync(join(SRC, file), 'utf8').split('\n').length - 1;
    if (count > 250) long.push(`${file}: ${count}`);
    lines.set(roomOf(file), (lines.get(roomOf(file)) ?? 0) + count);
    files.set(dirname(file), (files.get(dirname(file)) ?? 0) + 1);
  }
  const all = [...lines.values()].reduce((sum, count) => sum + count, 0);
  expect(long).toEqual([]);
  expect([...lines].filter(([, count]) => count > 0.15 * all)).toEqual([]);
  expect([...files].filter(([, count]) => count > 25)).toEqual([]);
});

test('no file of the tests, scripts and packaging is over 250 lines', async () => {
  const long: string[] = [];
  for (const folder of ['test', 'scripts', 'packaging']) {
    for (const file of await typescriptIn(join(PROJECT, folder))) {
      const count = readFileSync(join(PROJECT, folder, file), 'utf8').split('\n').length - 1;
      if (count > 250) long.push(`${folder}/${file}: ${count}`);
    }
  }
  expect(long).toEqual([]);
});

test('no base name is there twice in src/, but for the declarations of commands', async () => {
  const seen = new Map<string, string[]>();
  for (const file of await typescriptIn(SRC)) {
    const name = basename(file);
    if (name !== 'declaration.ts') seen.set(name, [...(seen.get(name) ?? []), file]);
  }
  expect([...seen.values()].filter((files) => files.length > 1)).toEqual([]);
});

test('tests mirror src/: FILE.test.ts or FILE-subject.test.ts in the same folder', async () => {
  const sources = (await typescriptIn(SRC)).map((file) => file.slice(0, -'.ts'.length));
  const strays = (await typescriptIn(join(PROJECT, 'test')))
    .filter((file) => !NOT_MIRRORED.test(file))
    .filter((file) => {
      const stem = /^(.*)\.test\.ts$/.exec(file)?.[1];
      return !sources.some((source) => stem === source || stem?.startsWith(`${source}-`));
    });
  expect(strays).toEqual([]);
});
