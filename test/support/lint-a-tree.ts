import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lintTree } from '../../src/lint/lint-tree.ts';
import type { LintFinding } from '../../src/lint/text/rule.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

/** A driver with one module for which lint has no findings. */
export const CLEAN_TREE: Readonly<Record<string, string>> = {
  'dkms.conf':
    'PACKAGE_NAME="foo"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME[0]="foo"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n',
  Makefile: 'obj-m += foo.o\n',
  'foo.c': 'MODULE_LICENSE("GPL");\n',
};

/** Writes a tree. A text that begins with `#!` becomes executable, and `-> TARGET` a symlink. */
export async function writeTree(directory: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    if (text.startsWith('-> ')) {
      await symlink(text.slice(3), file);
      continue;
    }
    await writeFile(file, text, 'latin1');
    if (text.startsWith('#!')) await chmod(file, 0o755);
  }
}

/**
 * Returns lint's findings in a tree with CLEAN_TREE's files and these, which replace them. With `evaluate` false,
 * nothing of the tree is run.
 */
export async function lintFiles(
  files: Readonly<Record<string, string>>,
  inside = '',
  evaluate = true,
): Promise<readonly LintFinding[]> {
  return withTemporaryDirectory('test', async (parent) => {
    const directory = join(parent, inside);
    await writeTree(directory, { ...CLEAN_TREE, ...files });
    return (await lintTree(directory, { evaluate })).findings;
  });
}

/**
 * Returns the dkms.conf of CLEAN_TREE followed by `text`. A directive of `text` replaces that of
 * CLEAN_TREE.
 */
export function confWith(text: string): string {
  const set = new Set(
    [...text.matchAll(/^\s*(\w+)(?:\[\d+\])?[ \t]*\+?=/gm)].map(([, name]) => name),
  );
  const kept = (CLEAN_TREE['dkms.conf'] ?? '')
    .split('\n')
    .filter((line) => !set.has(/^\w+/.exec(line)?.[0] ?? ''));
  return `${kept.join('\n')}${text}\n`;
}
