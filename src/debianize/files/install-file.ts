import { posix } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { isLeftover } from '../../dkms/source/source-names.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { ConfError, EXIT } from '../../errors.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { listWord } from './list-word.ts';
import type { SystemFiles } from './system-setup.ts';

/** Many sources of a kind come and go with every version: they are listed by what they are. */
const BY_KIND: readonly (readonly [RegExp, string])[] = [
  [/[^/]\.[chS]$/, '*.[chS]'],
  [/[^/]\.inc$/, '*.inc'],
  [/[^/]\.mk$/, '*.mk'],
  [/[^/]\.dtsi?$/, '*.dts*'],
];

/** So many files of a kind beside each other are named; a person can then strike one out. */
const FEW = 10;

/**
 * debian/<package>.install: the shortest list that brings the module's source to
 * /usr/src/<name>-<version>/, and what comes to it later. A directory is named whole where nothing in it stays
 * out for good, many sources beside each other by patterns (`*.[chS]`) where that is so; all else by name. dkms.conf comes from
 * debian/<package>.dkms. `extra` goes elsewhere in the system.
 */
export function installFile(driver: Driver, extra: SystemFiles['install']): GeneratedFile {
  const root = driver.location.sourceRoot;
  const destination = `usr/src/${driver.conf.name}-${driver.conf.version}`;
  const lines: string[] = [];
  for (const { directory, word } of cover(driver.entries, driver.excluded)) {
    const folder = [root, directory].filter(Boolean).join('/');
    const source = folder === '' ? word : `${listPath(folder)}/${word}`;
    const target = directory === '' ? destination : `${destination}/${directory}`;
    lines.push(`${source.startsWith('#') ? `./${source}` : source} ${listWord(target)}/`);
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
    lines.push(`${listWord(path)} ${listWord(directory)}/`);
  }
  return generated(`${driver.packageName}.install`, `${lines.join('\n')}\n`);
}

interface Listed {
  /** Relative to the source; '' for its top. */
  readonly directory: string;
  /** A name or pattern in it, as a list has it. */
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
 * Files that git has although they look like a build's or an editor's. They are named, so that they are source
 * where no git tells: in an unpacked source package (dkms/installed-by-name.ts).
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

/** The pattern that a file is listed by. */
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

/** Without the `./` that only the beginning of a line needs. */
function listPath(path: string): string {
  return listWord(path).replace(/^\.\/#/, '#');
}
