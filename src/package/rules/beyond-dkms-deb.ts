import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseChangelog } from '../../debian/changelog.ts';
import { type Deb822Paragraph, parseDeb822 } from '../../debian/deb822.ts';
import { parseRelations } from '../../debian/relations.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { DkmsDebError } from '../../errors.ts';
import { globExpression, isGlob } from '../../system/files/glob.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { editedCheck } from './edited-check.ts';
import { NO_RULES, type Reason, type Rules } from './known-rules.ts';
import { readRules } from './read-rules.ts';
import { treeSteps } from './tree-steps.ts';

/** The compatibility level that the steps here are made after (debhelper(7), "COMPATIBILITY LEVELS"). */
const COMPAT = '13';
/** Lists that debhelper runs, where they are executable, and takes their output. */
const LISTS =
  /(?:^|\.)(?:install|dirs|links|docs|examples|manpages|dkms|clean|not-installed|maintscript)$/;

/** What debian/rules and its neighbours say of who fills the package. */
export interface PackagingRules {
  readonly rules: Rules;
  /** What makes it debhelper's work; undefined where all is known here. */
  readonly beyond: Reason | undefined;
  /** The same of the module's source alone: another addon or level does nothing to it. */
  readonly beyondSource: Reason | undefined;
  /** False where dh leaves dh_dkms out: debian/<package>.dkms is then of no account. */
  readonly callsDkms: boolean;
}

/**
 * Reads how a debian/ directory wants to be built. `entries` are those of the tree in `directory`. No file of
 * debian/ need be right: what cannot be read is told where it is needed.
 */
export async function readPackagingRules(
  directory: string,
  debian: string,
  entries: readonly SourceEntry[],
): Promise<PackagingRules> {
  const file = join(debian, 'rules');
  const text = await readTreeText(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    // Without rules debian/ is built as its lists say; with rules that cannot be read nobody knows.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const rules =
    text === undefined
      ? NO_RULES
      : readRules(text, file, versionsOf(await textOf(debian, 'changelog')));
  const isDh = rules.style === 'dh';
  const beyondSource =
    rules.beyond ??
    (await executableList(debian)) ??
    (await editedCheck(debian, rules)) ??
    (isDh ? await cleanedAway(debian, entries) : undefined) ??
    (await treeSteps(directory, debian, entries, rules));
  const source = await sourceStanza(debian);
  const callsDkms = !isDh || rules.withDkms || addonsOf(source).includes('dkms');
  const beyond = beyondSource ?? (isDh ? await beyondOfDh(debian, source, callsDkms) : undefined);
  return { rules, beyond, beyondSource, callsDkms };
}

/** What dpkg's pkg-info.mk sets. */
export function versionsOf(changelog: string | undefined): ReadonlyMap<string, string> {
  const [latest] = parseChangelog(changelog ?? '', 'changelog', {
    maxEntries: 1,
    onProblem: () => {},
  });
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

/** Another compatibility level, another addon than dkms; or none that calls dh_dkms. */
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
    const told =
      compat === undefined ? 'no compatibility level' : `the compatibility level ${compat}`;
    return { where, why: `it has ${told}, not ${COMPAT}` };
  }
  const other = addonsOf(source).find((name) => name !== 'dkms');
  if (other !== undefined) return { where, why: `dh has the addon ${other}` };
  if (callsDkms) return undefined;
  return { where, why: 'neither dh-sequence-dkms nor --with dkms calls dh_dkms' };
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
      // dh takes no sequence out of an alternative.
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

/** An executable list is a program (debhelper(7), "Executable debhelper config files"): dh-exec and the like. */
async function executableList(debian: string): Promise<Reason | undefined> {
  for (const name of (await readdir(debian).catch(() => [])).sort()) {
    if (!LISTS.test(name)) continue;
    const file = join(debian, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() && (found.mode & 0o111) !== 0) {
      return { where: { file }, why: 'the list is a program, which debhelper runs' };
    }
  }
  return undefined;
}

/** dh_clean(1) removes what debian/clean names before the package is filled. */
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
        return { where: { file, line: index + 1 }, why: `dh_clean takes ${hit.path} away` };
      }
    }
  }
  return undefined;
}

async function textOf(debian: string, name: string): Promise<string | undefined> {
  return readTreeText(join(debian, name)).catch(() => undefined);
}
