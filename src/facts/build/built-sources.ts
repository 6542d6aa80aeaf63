/** Finds the C files from which the modules are built, if the makefiles name them. */

import { posix } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import { appendTo } from '../../system/text/append-to.ts';
import type { SourceFile } from '../code/c-sources.ts';

export interface BuiltSourcesInput {
  /** The directory that DKMS gets as the source, relative to the tree. '' is the tree itself. */
  readonly folder: string;
  /** BUILT_MODULE_NAME and BUILT_MODULE_LOCATION of each module. */
  readonly modules: readonly { readonly name: string; readonly location: string }[];
  /** The commands of MAKE and PRE_BUILD. They may change to other folders. */
  readonly commands: readonly string[];
}

/**
 * Matches folders of tests, examples and documentation. Their files belong to no module, unless a module is built in
 * such a folder.
 */
const TEST_FOLDERS = /(?:^|\/)(?:tests?|examples?|samples?|selftests?|docs?|Documentation)\//i;

/**
 * Returns the paths of the C and assembler files, without headers, from which makefiles make an object. Reads the
 * makefiles at the top of the source and in the folders of the modules, then the makefiles in the folders that these
 * makefiles and the commands name, and so on. If a makefile computes the names of its objects, all such files of its
 * folder and below are returned. If no makefile names an object, all such files of the source are returned. Files in
 * TEST_FOLDERS are left out in all cases.
 */
export function builtSources(files: readonly SourceFile[], input: BuiltSourcesInput): Set<string> {
  const prefix = input.folder === '' ? '' : `${input.folder}/`;
  const own = files.filter(({ path }) => path.startsWith(prefix));
  const locations = new Set(input.modules.map(({ location }) => folderOf(input.folder, location)));
  const isTest = (path: string) =>
    TEST_FOLDERS.test(path.slice(prefix.length)) && !locations.has(posix.dirname(path));
  const code = own.filter(({ path }) => /\.[cS]$/.test(path) && !isTest(path));
  const makefiles = new Map<string, SourceFile[]>();
  for (const file of own) {
    if (!ANY_MAKEFILE.test(file.path)) continue;
    const folder = posix.dirname(file.path);
    appendTo(makefiles, folder, file);
  }
  const folders = new Set(code.map(({ path }) => posix.dirname(path)));
  const reached = reachedFolders([...locations, input.folder], makefiles, folders, input.commands);
  const objects = new Set(input.modules.map(({ name }) => name));
  const whole = new Set<string>();
  for (const folder of reached) {
    for (const { text } of makefiles.get(folder) ?? []) {
      const plain = withoutComments(text);
      for (const [, name] of plain.matchAll(/([\w.+-]+)\.o\b/g)) if (name) objects.add(name);
      if (/\$[({](?:wildcard|shell)\b|%\.o|[:=]\s*%\.c/.test(plain)) whole.add(folder);
    }
  }
  const built = code.filter(({ path }) => {
    const below = [...whole].some((folder) => isBelow(path, folder));
    return below || objects.has(posix.basename(path).replace(/\.[cS]$/, ''));
  });
  return new Set((built.length > 0 ? built : code).map(({ path }) => path));
}

/** Returns the folders of the modules, and all folders to which commands and makefiles lead from there. */
function reachedFolders(
  first: readonly string[],
  makefiles: ReadonlyMap<string, readonly SourceFile[]>,
  folders: ReadonlySet<string>,
  commands: readonly string[],
): Set<string> {
  const reached = new Set(first.map((folder) => (folder === '' ? '.' : folder)));
  const candidates = [...new Set([...makefiles.keys(), ...folders])];
  const queue = [...reached];
  const visit = (text: string, from: string) => {
    for (const candidate of candidates) {
      if (reached.has(candidate)) continue;
      const relative = from === '.' ? candidate : posix.relative(from, candidate);
      if (relative.startsWith('..') || !mentions(text, relative)) continue;
      reached.add(candidate);
      queue.push(candidate);
    }
  };
  for (const command of commands) visit(`${command} `, '.');
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    for (const { text } of makefiles.get(folder) ?? []) visit(withoutComments(text), folder);
  }
  return reached;
}

function mentions(text: string, folder: string): boolean {
  for (let at = text.indexOf(folder); at !== -1; at = text.indexOf(folder, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + folder.length] ?? ' ';
    if (!/[\w.-]/.test(before) && /[/\s)]/.test(after)) return true;
  }
  return false;
}

function withoutComments(text: string): string {
  return text
    .slice(0, 256 * 1024)
    .replace(/\\\n/g, ' ')
    .replace(/(^|\s)#.*$/gm, '$1');
}

function folderOf(folder: string, location: string): string {
  const joined = posix.normalize(posix.join(folder === '' ? '.' : folder, location));
  return joined.replace(/\/+$/, '') || '.';
}

function isBelow(path: string, folder: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`);
}
