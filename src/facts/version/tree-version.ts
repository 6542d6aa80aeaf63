/** Finds the version of a tree in all places that state a version. */

import { debianUpstreamVersion, isPlainVersion } from '../../dkms/conf/names.ts';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import type { SourceFile } from '../code/c-sources.ts';
import type { ModuleStatement } from '../code/module-statement.ts';
import type { Fact } from '../fact.ts';
import type { GitFacts } from '../git-facts.ts';
import { cleanLine, lineAt } from '../plain-text.ts';
import { hintedVersion } from './version-hints.ts';

export interface VersionFacts {
  /** The version that is used, in the project's spelling without a leading `v`: `1.2-rc1`. */
  readonly version: Fact<string> | undefined;
  /**
   * The versions that findVersion finds before it calls hintedVersion. The first of these is the same as `version`.
   * Empty if the version comes from hintedVersion or is unknown.
   */
  readonly candidates: readonly Fact<string>[];
  /** The candidates that state another version than `version`. */
  readonly contradictions: readonly Fact<string>[];
}

export interface VersionInput {
  /** PACKAGE_VERSION of dkms.conf. Undefined if it is a placeholder, or if there is no dkms.conf. */
  readonly conf: Fact<string> | undefined;
  readonly dkmsName: string;
  readonly statements: readonly ModuleStatement[];
  readonly sources: readonly SourceFile[];
  readonly git: GitFacts;
  /** The name of the directory of the tree. Some archives state the version only there. */
  readonly directoryName?: string;
}

/**
 * Finds the version. It is the first of these that exists: the version of dkms.conf, the tag at HEAD, a VERSION file,
 * the build system, MODULE_VERSION, the nearest older tag. If `few` of moduleVersions is true, the older tag comes
 * before MODULE_VERSION. If there is none of these, hintedVersion searches less reliable places.
 */
export function findVersion(input: VersionInput): VersionFacts {
  const tag = versionOfTag(input.git.describe);
  const { facts: modules, few } = moduleVersions(input);
  const candidates = [
    input.conf,
    tag?.exact === true ? tag.fact : undefined,
    ...input.sources.map(versionFile),
    ...input.sources.map(buildSystemVersion),
    ...(few ? [] : modules),
    tag?.exact === false ? tag.fact : undefined,
    ...(few ? modules : []),
  ].filter((candidate) => candidate !== undefined && isUsable(candidate.value)) as Fact<string>[];
  const version = candidates[0] ?? hintedVersion(input);
  // The version of a few modules among many is theirs, not that of the driver.
  const ofDriver = candidates.slice(1).filter((candidate) => !few || !modules.includes(candidate));
  const contradictions = ofDriver.filter(
    ({ value }) => version !== undefined && !sameVersion(version.value, value),
  );
  return { version, candidates, contradictions };
}

function isUsable(version: string): boolean {
  return isPlainVersion(version);
}

/** Whether two versions give the same Debian version. Suffixes such as `+5.gabc1234` and `+dfsg` are ignored. */
function sameVersion(one: string, other: string): boolean {
  const base = (version: string) =>
    debianUpstreamVersion(version).replace(
      /\+(?:\d+\.g[0-9a-f]{4,}(?:\+dirty)?|(?:dfsg|ds)\d*)$/,
      '',
    );
  return base(one) === base(other);
}

/**
 * Returns the version in the name of a tag: `v1.2`, `release-1.2` or `foo/1.2`. Returns undefined for a tag of a
 * package (`debian/1.2-1`), a date (`22/4/24`), and a name without a version.
 */
export function versionInTag(tag: string): string | undefined {
  if (/^(?:debian|ubuntu|pkg|rpm)\//.test(tag) || /\d\//.test(tag)) return undefined;
  const version = tag.replace(/^.*\//, '').replace(/^(?:[A-Za-z]\w*?[-_])*?[vV]?\.?(?=\d)/, '');
  return /^\d/.test(version) ? version : undefined;
}

/** Returns the version in the output of `git describe`: `release-1.2` or `driver/v1.2-5-gabc1234`. */
function versionOfTag(
  describe: string | undefined,
): { fact: Fact<string>; exact: boolean } | undefined {
  if (describe === undefined) return undefined;
  const [since = ''] = /-\d+-g[0-9a-f]{4,}$/.exec(describe) ?? [];
  const version = versionInTag(describe.slice(0, describe.length - since.length));
  if (version === undefined) return undefined;
  const value = version + since;
  const exact = since === '';
  return { fact: { value, from: `git describe --tags (${describe})`, kind: 'tag' }, exact };
}

/**
 * Returns the version in VERSION, .version or version.txt at the top of the tree. The first line of the file must be a
 * version.
 */
function versionFile({ path, text }: SourceFile): Fact<string> | undefined {
  if (!/^\.?version(?:\.txt)?$/i.test(path) || text.trim() === '') return undefined;
  const [line = ''] = text.trim().split('\n');
  const value = cleanLine(line).replace(/^(?:version\s*[:=]?\s*)?["']?v?(?=\d)|["';]+$/gi, '');
  return /^\d[\w.+~:-]*$/.test(value) ? { value, from: path } : undefined;
}

const BUILD_FILES: readonly (readonly [file: RegExp, version: RegExp])[] = [
  [/^configure\.(?:ac|in)$/, /\bAC_INIT\(\s*\[?[^,\]]*\]?\s*,\s*\[?\s*v?(\d[\w.+~-]*)/],
  [/^CMakeLists\.txt$/, /\bproject\s*\([^)]*\bVERSION\s+"?(\d[\w.+~-]*)/i],
  [/^meson\.build$/, /\bproject\s*\([^)]*\bversion\s*:\s*'v?(\d[\w.+~-]*)'/],
  [/^META$/, /^Version:\s*(\d[\w.+~-]*)/m],
  [
    ANY_MAKEFILE,
    /^[ \t]*(?:export[ \t]+|override[ \t]+)?(?:(?:DKMS_|MODULE_|PACKAGE_|PKG_|DRIVER_|DRV_|PROJECT_|MOD_)?VERSION|MODVER|PKGVER|DRVVER|VER)[ \t]*[:?]?=[ \t]*["']?v?(\d[\w.+~-]*)["']?[ \t]*(?:#.*)?$/m,
  ],
];

function buildSystemVersion({ path, text }: SourceFile): Fact<string> | undefined {
  for (const [file, version] of BUILD_FILES) {
    const match = !path.includes('/') && file.test(path) ? version.exec(text) : null;
    if (match?.[1] === undefined) continue;
    const at = match.index + match[0].indexOf(match[1]);
    return { value: match[1], from: `${path}:${lineAt(text, at)}` };
  }
  return undefined;
}

/**
 * Returns the MODULE_VERSION if all files that have a MODULE_VERSION have the same value. If the versions differ,
 * returns the version of the module with the name of the driver, or no version. `few` is true if less than half of the
 * modules have a version, and the module with the name of the driver is not among them.
 */
function moduleVersions({ statements, dkmsName }: VersionInput): {
  facts: Fact<string>[];
  few: boolean;
} {
  const versions = statements.filter(({ macro }) => macro === 'VERSION');
  const comparable = (text: string) => text.toLowerCase().replace(/[-_]|dkms|\.c$/g, '');
  const different = new Set(versions.map(({ value }) => value));
  const named = versions.find(
    ({ file }) => comparable(file.split('/').at(-1) ?? '') === comparable(dkmsName),
  );
  const chosen = different.size === 1 ? versions[0] : named;
  if (chosen === undefined) return { facts: [], few: false };
  const files = (macro: ModuleStatement['macro']) =>
    new Set(statements.filter((said) => said.macro === macro).map(({ file }) => file)).size;
  const few = named === undefined && files('VERSION') * 2 < files('LICENSE');
  const fact = { value: bareVersion(chosen.value), from: chosen.from, kind: 'module' } as const;
  return { facts: [fact], few };
}

/** Returns the version in `V1.9 On 2024.05` or `4.36.0 (2026-01-01)`. */
function bareVersion(text: string): string {
  const [, version] =
    /^(?:version|ver|rev|release)?[ .:]*v?\.?(\d[\w.+~:-]*)(?:[ ,;(].*)?$/i.exec(text) ?? [];
  return version?.replace(/[.+~:-]+$/, '') ?? text;
}
