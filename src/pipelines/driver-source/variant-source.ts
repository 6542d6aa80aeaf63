import { posix, relative } from 'node:path';
import { parseChangelog } from '../../debian/changelog.ts';
import { InputError, UsageError } from '../../errors.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { sourceTimestamp } from '../../package/timestamp.ts';
import { variantChangelog, variantVersion } from '../../source/build-entry.ts';
import { type Commit, headCommit, refuseUncommitted } from '../../source/snapshot.ts';
import type { DriverSource } from './driver-source.ts';

/** What makes the version of one build. */
export interface Variant {
  /** The version is that of the git commit. */
  readonly snapshot: boolean;
  /** Appended to the version, as readSuffix takes it. */
  readonly suffix: string | undefined;
}

/**
 * A driver with the version of its commit, as `build --snapshot` gives it, and with a suffix; its changelog begins
 * with an entry for that. UsageError for a package, which has no commit; InputError `no-commit`,
 * `uncommitted`.
 */
export async function variantSource(
  source: DriverSource,
  { snapshot, suffix }: Variant,
): Promise<DriverSource> {
  if (!snapshot && suffix === undefined) return source;
  const commit = snapshot ? await commitOf(source) : undefined;
  const { description, timestamp } = source;
  return {
    ...source,
    description: {
      ...description,
      version: variantVersion(description.version, { commit, suffix }),
      sourceVersion: variantVersion(description.sourceVersion, { commit, suffix }),
      changelog: withEntry(description, { commit, suffix }),
    },
    timestamp: sourceTimestamp(Math.max(commit?.time ?? 0, timestamp)),
  };
}

async function commitOf({ tree, directory, entries, isPackage }: DriverSource): Promise<Commit> {
  if (isPackage) {
    throw new UsageError('--snapshot needs a git clone: a package does not tell its commit', {
      hint: 'Build the package with dkms-deb build --snapshot; its version is taken here.',
    });
  }
  const commit = await headCommit(tree);
  if (commit === undefined) {
    throw new InputError('no-commit', 'there is no git commit to make a snapshot of', {
      where: { file: tree },
      hint: 'Run it in a git clone, or leave --snapshot out.',
    });
  }
  const root = relative(tree, directory);
  const inTree = entries.map((entry) => ({ ...entry, path: posix.join(root, entry.path) }));
  await refuseUncommitted(tree, inTree);
  return commit;
}

/** '' where the driver's package has no changelog: there is none to go on with. */
function withEntry(
  { changelog, maintainer }: DriverDescription,
  variant: { readonly commit: Commit | undefined; readonly suffix: string | undefined },
): string {
  const [latest] = parseChangelog(changelog, 'changelog', { maxEntries: 1, onProblem: () => {} });
  return latest === undefined
    ? changelog
    : variantChangelog(changelog, latest, variant, maintainer);
}
