import { posix } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { isLeftover } from '../../dkms/source/source-names.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { ConfError, EXIT } from '../../errors.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { quoteForDebhelper } from './quote-for-debhelper.ts';
import type { SystemFiles } from './system-setup.ts';

/**
 * Kinds of source files, each with a pattern. If a folder has many files of a kind, the list has the pattern instead of
 * their names, because new versions of a driver add and remove such files.
 */
const BY_KIND: readonly (readonly [RegExp, string])[] = [
  [/[^/]\.[chS]$/, '*.[chS]'],
  [/[^/]\.inc$/, '*.inc'],
  [/[^/]\.mk$/, '*.mk'],
  [/[^/]\.dtsi?$/, '*.dts*'],
];

/**
 * If a folder has at most this number of files of a kind, each of them is listed by name, so that the user can remove
 * single files from the list.
 */
const FEW = 10;

/**
 * Returns debian/<package>.install: a short list that installs the source into /usr/src/<name>-<version>/. A directory
 * is listed as a whole if nothing in it is excluded or odd (oddNames). Many source files of a kind are listed by a
 * pattern (`*.[chS]`) if it matches no excluded file. Other files are listed by name. dkms.conf is not listed, because
 * dh_dkms installs debian/<package>.dkms. `extra` are files for other directories. Throws ConfError `empty-source`
 * (exit status 8) if there is no source.
 */
export function installFile(driver: Driver, extra: SystemFiles['install']): GeneratedFile {
  const root = driver.location.sourceRoot;
  const destination = `usr/src/${driver.conf.name}-${driver.conf.version}`;
  const lines: string[] = [];
  for (const { directory, word } of cover(driver.entries, driver.excluded)) {
    const folder = [root, directory].filter(Boolean).join('/');
    const source = folder === '' ? word : `${listPath(folder)}/${word}`;
    const target = directory === '' ? destination : `${destination}/${directory}`;
    lines.push(`${source.startsWith('#') ? `./${source}` : source} ${quoteForDebhelper(target)}/`);
  }
  if (lines.length === 0) {
    throw new ConfError(
      'empty-source',
      'there is no module source beside dkms.conf',
      { where: { file: driver.directory } },
      EXIT.badConf,
    );
  }
  for (const { path, directory } of extra) {
    lines.push(`${quoteForDebhelper(path)} ${quoteForDebhelper(directory)}/`);
  }
  return generated(`${driver.packageName}.install`, `${lines.join('\n')}\n`);
}

interface Listed {
  /** The directory of the file, relative to the source. '' for the top directory. */
  readonly directory: string;
  /** A name or a pattern of files in the directory, quoted for the list. */
  readonly word: string;
}

function cover(source: readonly SourceEntry[], excluded: readonly string[]): Listed[] {
  const children = new Map<string, SourceEntry[]>();
  for (const entry of source) {
    const folder = folderOf(entry.path);
    const known = children.get(folder);
    if (known === undefined) children.set(folder, [entry]);
    else known.push(entry);
  }
  const odd = oddNames(source);
  const partial = new Set([...excluded, ...odd].flatMap(foldersAbove));
  const outByKind = new Set(excluded.map((path) => `${folderOf(path)}/${kindOf(path)}`));
  const listed: Listed[] = [];
  const list = (directory: string) => {
    const words: string[] = [];
    const folders: string[] = [];
    const counts = countKinds(children.get(directory) ?? []);
    for (const { path, type } of children.get(directory) ?? []) {
      if (path === 'dkms.conf') continue;
      const kind = type === 'directory' ? undefined : kindOf(path);
      const isHidden = path.slice(directory.length).replace(/^\//, '').startsWith('.');
      if (
        kind !== undefined &&
        (counts.get(kind) ?? 0) > FEW &&
        !isHidden &&
        !odd.has(path) &&
        !outByKind.has(`${directory}/${kind}`)
      ) {
        words.push(kind);
      } else if (type === 'directory' && partial.has(path)) folders.push(path);
      else words.push(listPath(posix.basename(path)));
    }
    for (const word of [...new Set(words)].sort()) listed.push({ directory, word });
    for (const folder of folders) list(folder);
  };
  list('');
  return listed;
}

/**
 * Returns files that git tracks although their names look like names of build results or backups of editors. They are
 * listed by name. In an unpacked source package, which has no git, the list then shows that they are source
 * (dkms/source/installed-by-name.ts).
 */
function oddNames(source: readonly SourceEntry[]): Set<string> {
  const names = new Map<string, Set<string>>();
  for (const { path } of source) {
    const folder = folderOf(path);
    const known = names.get(folder) ?? new Set();
    names.set(folder, known.add(posix.basename(path)));
  }
  const isOdd = ({ path, type }: SourceEntry) =>
    type !== 'directory' &&
    isLeftover(posix.basename(path), names.get(folderOf(path)) ?? new Set());
  return new Set(source.filter(isOdd).map(({ path }) => path));
}

/**
 * Returns the pattern for the kind of a file, such as `*.[chS]`. Returns undefined if the file is of no kind in
 * BY_KIND.
 */
function kindOf(path: string): string | undefined {
  return BY_KIND.find(([expression]) => expression.test(path))?.[1];
}

function countKinds(entries: readonly SourceEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path, type } of entries) {
    const kind = type === 'directory' ? undefined : kindOf(path);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function foldersAbove(path: string): string[] {
  const folder = folderOf(path);
  return folder === '' ? [] : [folder, ...foldersAbove(folder)];
}

/** Quotes a path that is not at the beginning of a line, and therefore needs no `./` before `#`. */
function listPath(path: string): string {
  return quoteForDebhelper(path).replace(/^\.\/#/, '#');
}
