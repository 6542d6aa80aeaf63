import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listSourceTree } from '../../src/dkms/source/source-tree.ts';
import { run } from '../../src/system/process/run.ts';

export async function write(root: string, files: Record<string, string> | readonly string[]) {
  const entries = Array.isArray(files) ? files.map((path) => [path, '']) : Object.entries(files);
  for (const [path, text] of entries) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

export async function commit(root: string, ...what: string[]): Promise<void> {
  const git = (...args: string[]) =>
    run('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);
  await git('init', '-q');
  await git('add', '--force', ...what);
  await git('commit', '-qm', 'one');
}

export const filesOf = async (root: string, options = {}) =>
  (await listSourceTree(root, options))
    .filter(({ type }) => type !== 'directory')
    .map(({ path }) => path);

export const DRIVER = { Makefile: 'obj-m := m.o\n', 'm.c': '' };
