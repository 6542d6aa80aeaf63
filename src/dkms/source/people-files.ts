import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';
import { ANY_MAKEFILE } from './makefile-name.ts';
import { readIncludes } from './named-files.ts';

/**
 * Files for developers, and for packagings other than debian/. READMEs and licences are for users, so they are not
 * among these files.
 */
const FILES: readonly RegExp[] = [
  /^(?:AGENTS|CLAUDE|GEMINI|CODE_OF_CONDUCT|CODING_?STYLE|CONTRIBUTING|DEVELOPMENT|GOVERNANCE|HACKING|(?:ISSUE|PULL_REQUEST)_TEMPLATE|RELEASING|ROADMAP|SECURITY|TESTING)(?:\.(?:md|rst|txt|adoc))?$/i,
  // dkms-deb.yaml configures dkms-deb itself.
  /^(?:dkms-deb\.yaml|CODEOWNERS|Doxyfile|mainpage\.dox|pyproject\.toml|tox\.ini|run\.jenkins|checkpatch\.pl)$/,
  /^(?:flake\.(?:nix|lock)|(?:default|shell)\.nix)$/,
  /\.(?:spec|jenkins)$/,
  /^(?:dkms[-_])?(?:un)?install(?:er)?(?:[-_](?:dkms|drivers?|modules?|git[-_]hooks?))?\.(?:sh|bat)$/,
  /^(?:(?:clang|code|run|check)[-_])*(?:format|indent|checkpatch|checkstyle)(?:[-_](?:all|code))?\.(?:sh|py)$/,
  /^(?:create|make|mk|build)[-_](?:tar(?:ball|[-_.]gz)?|rpms?|release|dist)\.sh$/,
];
/**
 * Dot files at the top of the tree, except those that a build may read: versions, configurations, parts of
 * makefiles.
 */
const DOT_FILE = /^\.(?!.*(?:version|config|\.(?:mk|conf|in|[chSo])|_shipped)$)[^/]+$/i;
const FOLDER = /^(?:tests?|nix|.+-dkms-mkdeb|.+-dkms-mkdsc|.+-dkms-mkbmdeb)$/;

/**
 * For a file for developers, returns its path, or the top-level folder for developers that contains it. Returns
 * undefined for any other file. A file for developers is still source if a text of the build mentions it
 * (findSpokenOf).
 */
export function forPeople(path: string): string | undefined {
  const [top = '', ...below] = path.split('/');
  if (below.length > 0 && FOLDER.test(top)) return top;
  const name = posix.basename(path);
  const isFile = FILES.some((one) => one.test(name)) || (below.length === 0 && DOT_FILE.test(path));
  return isFile ? path : undefined;
}

/**
 * Whether somebody other than init wrote debian/. In this case, the files that debian/*.install and similar lists name
 * are packed, as debhelper packs them.
 */
export function isForeignPackaging(root: string): boolean {
  const debian = join(root, 'debian');
  return existsSync(join(debian, 'control')) && !existsSync(join(debian, '.dkms-deb.json'));
}

/**
 * Files other than makefiles whose text may mention files of the build: configurations, and scripts in any language.
 */
const SPEAKS =
  /^(?:Kconfig|configure|CMakeLists|dkms)(?:[.-].*)?$|\.(?:in|am|ac|m4|cmake|sh|bash|py|pl|awk|conf|dkms)$|^[^.]+$/;
const WORDS_FOR_USERS =
  /^(?:read|licen|copying|copyright|change|news|todo|authors|credits|install$|history|bugs|thanks)/i;
/** Words in a makefile or script that search for source files in any folder. The command find does so, too. */
const SEARCHES = /\brwildcard\b|\*\*/;
const PACKAGING = /^rules$|(?:^|\.)(?:dkms|docs|examples|links|manpages|udev)$/;
const SOURCE = /\.(?:c|h|S|inc)$/;

/**
 * Returns the files for developers that a makefile, a script, dkms.conf, debian/ or an #include mentions.
 * `$(NAME).spec` mentions every .spec. A search for source files (SEARCHES, callsFind) counts as a mention of every
 * folder for developers. `installed` are the paths in debian/*.install: these files count as mentioned, too.
 */
export async function findSpokenOf(
  root: string,
  source: ReadonlySet<string>,
  people: readonly string[],
  installed: ReadonlySet<string>,
): Promise<string[]> {
  if (people.length === 0) return [];
  const subjects = new Set(people.map((path) => forPeople(path) ?? path));
  const open = new Map([...subjects].map((subject) => [subject, wordOf(subject)]));
  for (const word of installed) {
    open.delete(word);
    open.delete(word.split('/')[0] ?? word);
  }
  const files = [...source].filter((path) => {
    const name = posix.basename(path);
    const ofPackaging = path.startsWith('debian/');
    const speaks = SPEAKS.test(name) || ANY_MAKEFILE.test(name);
    return !ofPackaging && speaks && !WORDS_FOR_USERS.test(name);
  });
  const names = await readdir(join(root, 'debian')).catch((): string[] => []);
  const ofPackaging = names.filter((name) => PACKAGING.test(name)).map((name) => `debian/${name}`);
  for (const path of new Set([...files, ...ofPackaging])) {
    if (open.size === 0) break;
    const text = await readTreeText(join(root, path), 'latin1').catch(() => '');
    const searches = SEARCHES.test(text) || text.split('\n').some(callsFind);
    for (const [subject, word] of open) {
      if (word.test(text) || (searches && FOLDER.test(subject))) open.delete(subject);
    }
  }
  const couldBeIncluded = people.some((path) => SOURCE.test(path));
  if (couldBeIncluded && open.size > 0) {
    const sources = [...source].filter((path) => SOURCE.test(path));
    const included = await readIncludes(root, sources);
    for (const path of people) {
      const isIncluded = included.has(path) || included.has(posix.basename(path));
      if (isIncluded) open.delete(forPeople(path) ?? path);
    }
  }
  return people.filter((path) => !open.has(forPeople(path) ?? path));
}

/**
 * Returns a regular expression that finds a file's name as a whole word. For a .spec file it finds only the suffix.
 */
function wordOf(subject: string): RegExp {
  const name = posix.basename(subject);
  const word = name.endsWith('.spec') ? '.spec' : name;
  const begin = word.startsWith('.') ? '' : '(?<![A-Za-z0-9_])';
  return new RegExp(`${begin}${escapeRegExp(word)}(?![A-Za-z0-9_])`);
}

/** Whether a line calls find -name. One expression for both words would take quadratic time. */
function callsFind(line: string): boolean {
  const found = /\bfind\s/.exec(line);
  return found !== null && line.includes('-name', found.index);
}
