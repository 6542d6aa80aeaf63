/**
 * Finds the version of a tree in places where a version may mean something else. These places are searched only if the
 * places of findVersion state no version.
 */

import { isPlaceholder } from '../../dkms/conf/placeholder.ts';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import type { SourceFile } from '../code/c-sources.ts';
import { liveTextOf } from '../code/c-text.ts';
import { stringMacros } from '../code/string-macros.ts';
import type { Fact } from '../fact.ts';
import { lineAt } from '../plain-text.ts';

const VERSION = String.raw`v?(\d+(?:\.\d+)+[\w.+~-]*)`;
const ASSIGNED = '(?:[A-Z]+_)?(?:VERSION|VER|DRVVER|MODVER|PKGVER|pkgver|version)';

/** Expressions for the path of a file and for the version that the file states. The most reliable places come first. */
const PLACES: readonly (readonly [file: RegExp, version: RegExp])[] = [
  [/\.spec(?:\.in)?$/, new RegExp(`^Version:[ \\t]*${VERSION}`, 'im')],
  [/\.spec(?:\.in)?$/, new RegExp(`^%(?:define|global)[ \\t]+\\w*version[ \\t]+${VERSION}`, 'im')],
  [/(?:^|\/)PKGBUILD$/, new RegExp(`^pkgver=["']?${VERSION}`, 'm')],
  [/(?:^|\/)package\.json$/, new RegExp(`"version"\\s*:\\s*"${VERSION}"`)],
  [/(?:^|\/)(?:Cargo|pyproject)\.toml$/, new RegExp(`^version\\s*=\\s*"${VERSION}"`, 'm')],
  [
    ANY_MAKEFILE,
    new RegExp(
      `^[ \\t]*(?:export[ \\t]+)?${ASSIGNED}[ \\t]*[:?]?:?=[ \\t]*["']?${VERSION}["']?[ \\t]*(?:#.*)?$`,
      'm',
    ),
  ],
  [
    /\.(?:sh|bash)$|(?:^|\/)(?:install|setup|build|dkms[\w-]*|autorun)$/,
    new RegExp(
      `^[ \\t]*(?:export[ \\t]+|readonly[ \\t]+)?${ASSIGNED}=["']?${VERSION}["']?[ \\t]*(?:#.*)?$`,
      'm',
    ),
  ],
];
const README: readonly RegExp[] = [
  new RegExp(`^[ \\t]*${ASSIGNED}=["']?${VERSION}["']?[ \\t]*$`, 'm'),
  new RegExp(
    `^[\\s#*=]*(?:(?:driver|current|release|module)[ \\t]+)?version[ \\t]*[:=]?[ \\t]*[*\`]*${VERSION}`,
    'im',
  ),
];
const CHANGES = new RegExp(
  `^[\\s#*=\\[(-]*(?:(?:version|release|ver)[ .:]*)?${VERSION}[\\])]?(?=[\\s:,(]|$)`,
  'im',
);
/** Matches definitions of macros that may contain the version of the driver. */
const MACRO =
  /^[ \t]*#[ \t]*define[ \t]+((?:[A-Z][A-Z0-9]*_)*(?:DRV|DRIVER|MODULE|MOD|[A-Z][A-Z0-9]*)_?VERSION(?:_STR(?:ING)?)?|DRV_VER|DRIVERVERSION)(?=[ \t])/gm;
/**
 * Matches parts of macro names that show that the macro has another version, such as the version of an API, a firmware
 * or a kernel.
 */
const FOREIGN =
  /API|ABI|PROTO|FW|FIRMWARE|HW|LINUX|KERNEL|MIN|MAX|REQUIRED|INTERFACE|SUPPORT|SPEC|FORMAT|NVM|BIOS|CODE/;

/**
 * Returns the first version that a file states. The kinds of places are searched in order; in one kind, files near the
 * top come first. Returns undefined if no place states a version.
 */
export function hintedVersion(input: {
  readonly sources: readonly SourceFile[];
  readonly directoryName?: string | undefined;
}): Fact<string> | undefined {
  const { sources, directoryName = '' } = input;
  return (
    inFiles(sources, PLACES.slice(0, 5)) ??
    ofMacro(sources) ??
    ofParts(sources) ??
    ofDirectory(directoryName) ??
    inFiles(sources, PLACES.slice(5)) ??
    inFiles(
      sources.filter(({ path, kind }) => kind === 'readme' && !path.includes('/')),
      [...README.map((pattern) => [/./, pattern] as const)],
    ) ??
    inFiles(
      sources.filter(({ path }) => !path.includes('/')),
      [
        [
          /^(?:changes|changelog|news|history|releases?|release[-_ ]?notes)(?:\.(?:md|txt|rst))?$/i,
          CHANGES,
        ],
      ],
    )
  );
}

function inFiles(
  sources: readonly SourceFile[],
  places: readonly (readonly [file: RegExp, version: RegExp])[],
): Fact<string> | undefined {
  for (const [file, version] of places) {
    for (const { path, text } of sources) {
      // Only files near the top are searched, because deeper files belong to other projects.
      if (path.split('/').length > 4 || !file.test(path)) continue;
      const match = version.exec(text);
      if (match?.[1] === undefined || isPlaceholder(match[1])) continue;
      const at = match.index + match[0].indexOf(match[1]);
      return { value: trimmed(match[1]), from: `${path}:${lineAt(text, at)}` };
    }
  }
  return undefined;
}

/**
 * Returns the version in macros such as `#define DRV_VERSION "5.18.7"`. Macros with DRV, DRIVER, MODULE or MOD directly
 * before VER count alone, if there are any. Returns undefined if the macros that count have different values.
 */
function ofMacro(sources: readonly SourceFile[]): Fact<string> | undefined {
  const macros = stringMacros(sources);
  const found: (Fact<string> & { readonly name: string })[] = [];
  for (const file of sources) {
    if (file.kind !== 'c' || !/VERSION|DRV_VER/.test(file.text)) continue;
    const code = liveTextOf(file);
    for (const match of code.matchAll(MACRO)) {
      const [, name = ''] = match;
      if (FOREIGN.test(name)) continue;
      const value = macros.string(name, file.path);
      const [, version] = new RegExp(`^${VERSION}(?=$|[ ,;(])`, 'i').exec(value ?? '') ?? [];
      if (version === undefined) continue;
      found.push({
        value: trimmed(version),
        from: `${file.path}:${lineAt(code, match.index)} ${name}`,
        name,
      });
    }
  }
  // If there are macros with DRV, DRIVER, MODULE or MOD before VER, the other macros are ignored.
  const own = found.filter(({ name }) => /(?:DRV|DRIVER|MODULE|MOD)_?VER/.test(name));
  const chosen = own.length > 0 ? own : found;
  const [first] = chosen;
  const agree = new Set(chosen.map(({ value }) => value)).size === 1;
  return first && agree ? { value: first.value, from: first.from } : undefined;
}

/**
 * Returns the version whose parts several macros define: `FOO_VERSION_MAJOR 1`, `FOO_VERSION_MINOR 2`, and a third part
 * if there is one.
 */
function ofParts(sources: readonly SourceFile[]): Fact<string> | undefined {
  const major =
    /^[ \t]*#[ \t]*define[ \t]+(\w*?)(_?)(MAJOR|MAJ)(_VERSION|_VER|)[ \t]+\(?(\d+)\)?[ \t]*$/gm;
  for (const file of sources) {
    if (file.kind !== 'c' || !/MAJ/.test(file.text)) continue;
    const code = liveTextOf(file);
    for (const match of code.matchAll(major)) {
      const [, prefix = '', gap = '', word = '', end = '', first = ''] = match;
      if (FOREIGN.test(prefix) || !/VER|DRV|DRIVER/.test(prefix + end)) continue;
      const part = (names: string) =>
        new RegExp(
          `^[ \\t]*#[ \\t]*define[ \\t]+${prefix}${gap}(?:${names})${end}[ \\t]+\\(?(\\d+)\\)?[ \\t]*$`,
          'm',
        ).exec(code)?.[1];
      const minor = part(word === 'MAJOR' ? 'MINOR' : 'MIN');
      if (minor === undefined) continue;
      const third = part('PATCH|PATCHLEVEL|BUILD|SUBMINOR|SUB|REVISION|REV|RELEASE|MICRO|SUBLEVEL');
      const value = [first, minor, third].filter((one) => one !== undefined).join('.');
      return {
        value,
        from: `${file.path}:${lineAt(code, match.index)} ${prefix}${gap}${word}${end}`,
      };
    }
  }
  return undefined;
}

/**
 * Returns the version in the name of a directory such as `rtl8xxx-1.2.3`. Each part must be one of these: digits,
 * perhaps with a letter (`3a`); a stage or another known prefix with a number (`rc1`, `r12`); a commit. Otherwise the
 * name may be a random one (`build-4637.17k2-ckhJtG`).
 */
function ofDirectory(name: string): Fact<string> | undefined {
  const [, version] = new RegExp(`[-_]${VERSION}$`).exec(name) ?? [];
  const isVersion = version?.split(/[-.+~_]/).every((part) => PART.test(part)) ?? false;
  return version === undefined || !isVersion
    ? undefined
    : { value: trimmed(version), from: `the directory's name ${name}` };
}

const PART =
  /^(?:\d+(?:(?:rc|alpha|beta|pre|[a-z])\d*)?|(?:rc|alpha|beta|pre|post|dev|git|svn|COEX|v|r|p|g|b)?\d+|g?[0-9a-f]{7,40}|alpha|beta|pre|rc|git|dev)$/i;

function trimmed(version: string): string {
  return version.replace(/[.+~-]+$/, '').replace(/\.(?:tar|tgz|zip|git|orig)\b.*$/, '');
}
