import { posix, relative } from 'node:path';
import { parseChangelog } from '../../debian/changelog.ts';
import { UsageError } from '../../errors.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { variantChangelog, variantVersion } from '../../source/build-entry.ts';
import { type Commit, snapshotCommit } from '../../source/snapshot.ts';
import type { DriverSource } from './driver-source.ts';

/** The options that change the version of one build. */
export interface Variant {
  /** Whether the package gets a version that names the git commit (--snapshot). */
  readonly snapshot: boolean;
  /** Text that is appended to the version (--suffix). */
  readonly suffix: string | undefined;
}

/**
 * Returns the driver with the version that `dkms-deb build` gives it for the same --snapshot and --suffix, and with a
 * changelog entry for this version. Throws UsageError for --snapshot if the source is a package, and the errors of
 * snapshotCommit.
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
    throw new UsageError('--snapshot needs a git clone, not a package', {
      hint: 'Build the package with dkms-deb build --snapshot: bmdeb takes over its version.',
    });
  }
  const root = relative(tree, directory);
  const inTree = entries.map((entry) => ({ ...entry, path: posix.join(root, entry.path) }));
  return snapshotCommit(tree, inTree);
}

/** Returns the driver's changelog with an entry for this build; '' if the driver has no changelog. */
function withEntry(
  { changelog, maintainer }: DriverDescription,
  variant: { readonly commit: Commit | undefined; readonly suffix: string | undefined },
): string {
  const [latest] = parseChangelog(changelog, 'changelog', { maxEntries: 1, onProblem: () => {} });
  return latest === undefined
    ? changelog
    : variantChangelog(changelog, latest, variant, maintainer);
}
