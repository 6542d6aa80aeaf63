import { lstat, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import fsExtra from 'fs-extra';
import { parseVersion } from '../../debian/version.ts';
import { InputError, UsageError } from '../../errors.ts';
import { applyPlan } from '../../generate/apply.ts';
import { readDriver } from '../../generate/driver.ts';
import { planDebian } from '../../generate/plan.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { hasPackaging } from '../../package/packaging.ts';
import { sourceTimestamp } from '../../package/timestamp.ts';
import { type BuildVariant, variantChangelog, variantVersion } from '../../source/build-entry.ts';
import { isBelow, sourceEntries } from '../../source/private-tree.ts';
import { headCommit, refuseUncommitted } from '../../source/snapshot.ts';
import { readSourcePackage, type SourcePackage } from '../../source/source-package.ts';
import type { BuildRequest } from './request.ts';

/** The debian/ directory that a build works with. */
export interface PackagingDirectory {
  readonly debian: string;
  /** There was none: it is what init would write. */
  readonly generated: boolean;
  /** What the changelog says before this build's own entry. */
  readonly original: SourcePackage;
  /** It has an entry that only this build has. */
  readonly ownEntry: boolean;
}

/**
 * The tree's own debian/, or one in `scratch`: what init would write where there is none, and a
 * copy with this build's changelog for --snapshot, --suffix and --distribution. The tree is only read.
 * InputError `no-commit`, `uncommitted`; UsageError for a suffix that makes no version.
 */
export async function packagingDirectory(
  request: BuildRequest,
  without: readonly string[],
  scratch: string,
): Promise<PackagingDirectory> {
  const generated = !(await hasPackaging(request.directory));
  const debian = generated
    ? await generate(request.directory, without, scratch)
    : join(request.directory, 'debian');
  const original = await readSourcePackage(debian);
  const variant: BuildVariant = {
    ...(request.snapshot ? { commit: await commitOf(request, without) } : {}),
    suffix: request.suffix,
    distribution: request.distribution,
  };
  const isVariant = request.snapshot || request.suffix !== undefined;
  const isLink = (await lstat(debian)).isSymbolicLink();
  if (!isVariant && request.distribution === undefined && !isLink) {
    return { debian, generated, original, ownEntry: false };
  }
  const copy = join(scratch, 'variant/debian');
  await fsExtra.copy(await realpath(debian), copy, { preserveTimestamps: true });
  await writeVariant(copy, original, variant);
  return { debian: copy, generated, original, ownEntry: isVariant };
}

/**
 * Writes the debian/ that init would write, elsewhere. The entry's date is the commit's where there is
 * one, so that another clone gives the same bytes; else that of the newest file.
 */
async function generate(
  directory: string,
  without: readonly string[],
  scratch: string,
): Promise<string> {
  const home = join(scratch, 'generated');
  const driver = await readDriver(directory, referenceKernel());
  const root = driver.location.sourceRoot;
  const source = driver.source.filter(({ path }) => !isBelow(posix.join(root, path), without));
  const commit = await headCommit(directory);
  const timestamp = commit?.time ?? Math.max(...source.map((entry) => entry.mtime));
  // A debian/ without control may already have patches or a watch file.
  const existing = join(directory, 'debian');
  await fsExtra.ensureDir(home);
  if (await fsExtra.pathExists(existing)) await fsExtra.copy(existing, join(home, 'debian'));
  const plan = await planDebian(
    { ...driver, source },
    { style: 'dkms-deb', timestamp: sourceTimestamp(timestamp) },
  );
  await applyPlan(home, plan);
  return join(home, 'debian');
}

async function commitOf(request: BuildRequest, without: readonly string[]) {
  const commit = await headCommit(request.directory);
  if (commit === undefined) {
    throw new InputError('no-commit', 'there is no git commit to make a snapshot of', {
      where: { file: request.directory },
      hint: 'Run it in a git clone, or leave --snapshot out.',
    });
  }
  await refuseUncommitted(request.directory, await sourceEntries(request.directory, without));
  return commit;
}

async function writeVariant(
  debian: string,
  original: SourcePackage,
  variant: BuildVariant,
): Promise<void> {
  const version = variantVersion(original.version, variant);
  try {
    parseVersion(version);
  } catch (cause) {
    throw new UsageError(`--suffix ${variant.suffix} makes no version: ${version}`, { cause });
  }
  const file = join(debian, 'changelog');
  const text = await readFile(file, 'utf8');
  const entry = variantChangelog(text, original.latest, variant, person(original));
  await writeFile(file, entry);
  const { upstream } = await readSourcePackage(debian);
  await moveDestinations(debian, original.upstream, upstream);
}

/** Whoever builds, in the words of dch(1); else whoever wrote the last entry. */
function person({ latest }: SourcePackage): { name: string; email: string } {
  const { DEBFULLNAME, DEBEMAIL } = process.env;
  return DEBFULLNAME && DEBEMAIL && /^[^<>\s]+$/.test(DEBEMAIL)
    ? { name: DEBFULLNAME, email: DEBEMAIL }
    : latest.maintainer;
}

/**
 * Where dkms.conf says #MODULE_VERSION#, DKMS's version is the package's, and what goes to
 * /usr/src/<name>-<version> must go where dkms.conf will be.
 */
async function moveDestinations(debian: string, before: string, after: string): Promise<void> {
  const names = await readdir(debian);
  const follows = names.filter((name) => name.endsWith('.dkms') || name === 'dkms');
  const texts = await Promise.all(follows.map((name) => readFile(join(debian, name), 'latin1')));
  if (!texts.some((text) => text.includes('#MODULE_VERSION#'))) return;
  const literal = before.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const destination = new RegExp(`(usr/src/[^\\s/]*-)${literal}(?=[/\\s]|$)`, 'g');
  for (const name of names.filter((each) => /(^|\.)(install|dirs|links)$/.test(each))) {
    const file = join(debian, name);
    const text = await readFile(file, 'utf8');
    const moved = text.replace(destination, (_, stem: string) => `${stem}${after}`);
    if (moved !== text) await writeFile(file, moved);
  }
}
