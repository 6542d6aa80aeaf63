import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { StagedTree } from '../archive/staged-tree.ts';
import { listSourceTree, type SourceEntry } from '../dkms/source-tree.ts';
import { InputError } from '../errors.ts';
import { globExpression, isGlob } from '../system/glob.ts';
import { packagedMode } from './permissions.ts';

interface InstallLine {
  readonly sources: readonly string[];
  readonly destination: string;
  readonly line: number;
}

/**
 * Stages what debian/<package>.install lists (dh_install(1)): each line has source patterns and a
 * destination directory; a directory comes with all that is in it, but for version control and
 * build products. Returns the files of debian/ that it uses. InputError `install-missing` for a
 * pattern that matches nothing, with file and line.
 */
export async function installFiles(
  tree: StagedTree,
  sourceDirectory: string,
  file: string,
): Promise<Set<string>> {
  const entries = await listSourceTree(sourceDirectory, { withPackaging: true });
  const used = new Set<string>();
  for (const { sources, destination, line } of parseInstall(await readFile(file, 'utf8'), file)) {
    for (const pattern of sources) {
      const matched = matching(entries, pattern);
      if (matched.length === 0) {
        throw new InputError('install-missing', `"${pattern}" matches no file of the tree`, {
          where: { file, line },
          hint: 'Correct the line; dkms-deb init --force writes the file anew.',
        });
      }
      for (const entry of matched) {
        if (entry.path.startsWith('debian/')) used.add(entry.path);
        const parent = posix.dirname(entry.path);
        for (const inner of [entry, ...below(entries, entry)]) {
          const relative = parent === '.' ? inner.path : inner.path.slice(parent.length + 1);
          stageEntry(tree, join(sourceDirectory, inner.path), inner, `${destination}/${relative}`);
        }
      }
    }
  }
  return used;
}

/** Adds one object of the source tree under a path of the package. */
export function stageEntry(
  tree: StagedTree,
  source: string,
  entry: SourceEntry,
  path: string,
): void {
  const { mtime } = entry;
  if (entry.type === 'directory') tree.addDirectory(path, { mtime });
  else if (entry.type === 'symlink') tree.addSymlink(path, entry.target ?? '', { mtime });
  else tree.addFile(path, { source, mode: packagedMode(path, entry.mode), mtime });
}

function below(entries: readonly SourceEntry[], directory: SourceEntry): SourceEntry[] {
  if (directory.type !== 'directory') return [];
  return entries.filter((entry) => entry.path.startsWith(`${directory.path}/`));
}

function matching(entries: readonly SourceEntry[], pattern: string): SourceEntry[] {
  const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  const exact = entries.filter((entry) => entry.path === plain);
  if (exact.length > 0 || !isGlob(plain)) return exact;
  const expression = globExpression(plain);
  return entries.filter((entry) => expression.test(entry.path));
}

/** Splits the lines; `#` comments, `${Space}` and the like as compat level 13 has them. */
function parseInstall(text: string, file: string): InstallLine[] {
  const lines: InstallLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw.trim().split(/\s+/).filter(Boolean).map(expandVariables);
    if (words.length === 0 || words[0]?.startsWith('#')) continue;
    const where = { file, line: index + 1 };
    if (words.includes('=>')) {
      throw new InputError('install-rename', '`=>` needs dh-exec', {
        where,
        hint: 'Rename the file in the tree, or let debhelper build: dkms-deb init --rules dh.',
      });
    }
    const destination = words.length > 1 ? words.at(-1) : undefined;
    const sources = words.length > 1 ? words.slice(0, -1) : words;
    lines.push({
      sources,
      destination: normalised(destination ?? posix.dirname(sources[0] ?? ''), where),
      line: index + 1,
    });
  }
  return lines;
}

function expandVariables(word: string): string {
  return word.replaceAll('$' + '{Space}', ' ').replaceAll('$' + '{Dollar}', '$');
}

function normalised(destination: string, where: { file: string; line: number }): string {
  const path = posix.normalize(destination).replace(/^\/+|\/+$/g, '');
  if (path === '..' || path.startsWith('../') || path === '.' || path === '') {
    throw new InputError('install-destination', `"${destination}" is no directory of a package`, {
      where,
      hint: 'Name a directory such as usr/src/hello-1.0.',
    });
  }
  return path;
}
