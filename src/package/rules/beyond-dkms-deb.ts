import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Deb822Paragraph, parseDeb822 } from '../../debian/deb822.ts';
import { latestHeader } from '../../debian/latest-entry.ts';
import { parseRelations } from '../../debian/relations.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { DkmsDebError, InputError } from '../../errors.ts';
import { globExpression, isGlob } from '../../system/files/glob.ts';
import { ifThere } from '../../system/files/if-there.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { editedCheckSource } from './edited-check-source.ts';
import { NO_RULES, type Reason, type Rules } from './known-rules.ts';
import { readRules } from './read-rules.ts';
import { treeSteps } from './tree-steps.ts';

/** The compatibility level of debhelper that `dkms-deb build` implements (debhelper(7), "COMPATIBILITY LEVELS"). */
const COMPAT = '13';
/** Matches the names of lists that debhelper runs as programs if they are executable. */
const LISTS =
  /(?:^|\.)(?:install|dirs|links|docs|examples|manpages|dkms|clean|not-installed|maintscript)$/;

/** What debian/rules, and other files of debian/, say about who can build the package. */
export interface PackagingRules {
  readonly rules: Rules;
  /** Why only debhelper can build the package; undefined if dkms-deb can. */
  readonly beyond: Reason | undefined;
  /**
   * Why only debhelper can stage the source of the modules. Unlike `beyond`, this value ignores other addons and
   * compatibility levels, which do not change the source.
   */
  readonly beyondSource: Reason | undefined;
  /**
   * False if dh builds the package and does not call dh_dkms: then debian/<package>.dkms is not read. Otherwise true,
   * also if another program than dh builds the package.
   */
  readonly callsDkms: boolean;
}

/**
 * Reads from debian/ how a package is to be built. `entries` are the entries of the tree in `directory`. Except for
 * debian/rules, files that cannot be read are skipped here: they are reported when they are needed.
 */
export async function readPackagingRules(
  directory: string,
  debian: string,
  entries: readonly SourceEntry[],
): Promise<PackagingRules> {
  const file = join(debian, 'rules');
  // If there is no debian/rules, the package is built from the other files of debian/. A debian/rules that exists but
  // cannot be read is an error, because its effect is unknown.
  const text = await ifThere(readTreeText(file, 'latin1'));
  const rules =
    text === undefined
      ? NO_RULES
      : readRules(text, file, versionsOf(await textOf(debian, 'changelog')));
  const isDh = rules.style === 'dh';
  const beyondSource =
    rules.beyond ??
    (await executableList(debian)) ??
    (await editedCheckSource(debian, rules)) ??
    (isDh ? await cleanedAway(debian, entries) : undefined) ??
    (await treeSteps(directory, debian, entries, rules));
  const source = await sourceStanza(debian);
  const callsDkms = !isDh || rules.withDkms || addonsOf(source).includes('dkms');
  const beyond = beyondSource ?? (isDh ? await beyondOfDh(debian, source, callsDkms) : undefined);
  return { rules, beyond, beyondSource, callsDkms };
}

function headerOf(changelog: string): ReturnType<typeof latestHeader> {
  try {
    return latestHeader(changelog, 'changelog');
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * Returns the variables that dpkg's pkg-info.mk sets, except SOURCE_DATE_EPOCH. Returns none if the changelog has no
 * valid entry.
 */
export function versionsOf(changelog: string | undefined): ReadonlyMap<string, string> {
  const latest = headerOf(changelog ?? '');
  if (latest === undefined) return new Map();
  const { version, source, distributions } = latest;
  return new Map([
    ['DEB_SOURCE', source],
    ['DEB_VERSION', version],
    ['DEB_VERSION_EPOCH_UPSTREAM', withoutRevision(version)],
    ['DEB_VERSION_UPSTREAM_REVISION', withoutEpoch(version)],
    ['DEB_VERSION_UPSTREAM', withoutEpoch(withoutRevision(version))],
    ['DEB_DISTRIBUTION', distributions.join(' ')],
  ]);
}

/**
 * Returns a reason why debhelper must build: another compatibility level, an addon other than dkms, or no call of
 * dh_dkms. Returns undefined if none of these is the case.
 */
async function beyondOfDh(
  debian: string,
  source: Deb822Paragraph | undefined,
  callsDkms: boolean,
): Promise<Reason | undefined> {
  const where = { file: join(debian, 'control') };
  const levels = buildDepends(source).flatMap(({ name, version }) =>
    name === 'debhelper-compat' ? [version ?? ''] : [],
  );
  const compat =
    levels[0] ?? source?.get('X-DH-Compat') ?? (await textOf(debian, 'compat'))?.trim();
  if (compat !== COMPAT) {
    const why =
      compat === undefined
        ? `no compatibility level of debhelper is set, and dkms-deb knows only level ${COMPAT}`
        : `the compatibility level of debhelper is ${compat}, and dkms-deb knows only level ${COMPAT}`;
    return { where, why };
  }
  const other = addonsOf(source).find((name) => name !== 'dkms');
  if (other !== undefined) return { where, why: `dh uses the addon ${other}` };
  if (callsDkms) return undefined;
  return { where, why: 'nothing calls dh_dkms: there is neither dh-sequence-dkms nor --with dkms' };
}

function addonsOf(source: Deb822Paragraph | undefined): string[] {
  return buildDepends(source).flatMap(({ name }) => /^dh-sequence-(.+)$/.exec(name)?.[1] ?? []);
}

async function sourceStanza(debian: string): Promise<Deb822Paragraph | undefined> {
  const text = (await textOf(debian, 'control')) ?? '';
  try {
    return parseDeb822(text, join(debian, 'control')).paragraphs[0];
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}

function buildDepends(source: Deb822Paragraph | undefined): { name: string; version?: string }[] {
  return ['Build-Depends', 'Build-Depends-Indep', 'Build-Depends-Arch'].flatMap((field) => {
    try {
      // Only relations without alternatives are used, because dh ignores a sequence in an alternative.
      return parseRelations(source?.get(field) ?? '').flatMap(([only, ...others]) =>
        only === undefined || others.length > 0
          ? []
          : [{ name: only.name, ...(only.version && { version: only.version.version }) }],
      );
    } catch (error) {
      if (error instanceof DkmsDebError) return [];
      throw error;
    }
  });
}

/**
 * Returns a reason why debhelper must build: a list that is an executable program, as for dh-exec (debhelper(7),
 * "Executable debhelper config files"). Returns undefined if no list is executable.
 */
async function executableList(debian: string): Promise<Reason | undefined> {
  for (const name of (await readdir(debian).catch(() => [])).sort()) {
    if (!LISTS.test(name)) continue;
    const file = join(debian, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() && (found.mode & 0o111) !== 0) {
      return { where: { file }, why: 'the list is executable, so debhelper runs it' };
    }
  }
  return undefined;
}

/**
 * Returns a reason why debhelper must build: debian/clean names source files, which dh_clean(1) removes before the
 * build. Returns undefined if debian/clean names no source file.
 */
async function cleanedAway(
  debian: string,
  entries: readonly SourceEntry[],
): Promise<Reason | undefined> {
  const file = join(debian, 'clean');
  for (const [index, line] of ((await textOf(debian, 'clean')) ?? '').split('\n').entries()) {
    if (/^\s*#/.test(line)) continue;
    for (const word of line.split(/\s+/).filter(Boolean)) {
      const plain = word.replace(/^\.\//, '').replace(/\/$/, '');
      const pattern = isGlob(plain) ? globExpression(plain) : undefined;
      const hit = entries.find(({ path }) => (pattern ? pattern.test(path) : path === plain));
      if (hit !== undefined && !hit.path.startsWith('debian/')) {
        return { where: { file, line: index + 1 }, why: `dh_clean removes ${hit.path}` };
      }
    }
  }
  return undefined;
}

async function textOf(debian: string, name: string): Promise<string | undefined> {
  return readTreeText(join(debian, name)).catch(() => undefined);
}
