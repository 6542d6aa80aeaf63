import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { hasPackaging } from '../../package/packaging.ts';
import type { BuildVariant } from '../../source/build-entry.ts';
import { readSourcePackage, type SourcePackage } from '../../source/source-package.ts';
import type { BuildRequest } from './upload-request.ts';

/** The debian/ directory that a build uses. */
export interface PackagingDirectory {
  readonly debian: string;
  /**
   * Whether debian/ is generated, because the tree has no debian/control. A generated debian/ is the same as init would
   * write.
   */
  readonly generated: boolean;
  /** Notes about files that the generated debian/ does not pack. */
  readonly notes: readonly string[];
  /** The source package, without the changelog entry that is only for this build. */
  readonly original: SourcePackage;
  /** Whether the changelog got an entry that is only for this build (--snapshot, --suffix). */
  readonly ownEntry: boolean;
}

/**
 * Returns the debian/ for the build. It is the tree's own debian/, except in these cases, where it is in `scratch`. If
 * the tree has no debian/control: what init would write. For --snapshot and --suffix: a copy with another changelog
 * entry. For --distribution: a copy with another distribution in the latest entry. If debian/ is a link: a copy of its
 * target. The tree is only read. Throws InputError `no-commit` or `uncommitted`, and UsageError if the suffix makes an
 * invalid version.
 */
export async function packagingDirectory(
  request: BuildRequest,
  without: readonly string[],
  scratch: string,
): Promise<PackagingDirectory> {
  const generated = !(await hasPackaging(request.directory));
  const { debian, notes } = generated
    ? await (await import('./generated-packaging.ts')).generatePackaging(
        request.directory,
        without,
        scratch,
        request.allowFiles,
      )
    : { debian: join(request.directory, 'debian'), notes: [] };
  const original = await readSourcePackage(debian);
  const variant: BuildVariant = {
    ...(request.snapshot ? { commit: await commitOf(request, without) } : {}),
    suffix: request.suffix,
    distribution: request.distribution,
  };
  const isVariant = request.snapshot || request.suffix !== undefined;
  const isLink = (await lstat(debian)).isSymbolicLink();
  if (!isVariant && request.distribution === undefined && !isLink) {
    return { debian, generated, notes, original, ownEntry: false };
  }
  const copy = join(scratch, 'variant/debian');
  const { writeVariant } = await import('./variant-packaging.ts');
  await writeVariant(debian, copy, { original, variant });
  return { debian: copy, generated, notes, original, ownEntry: isVariant };
}

async function commitOf({ directory }: BuildRequest, without: readonly string[]) {
  const { snapshotCommit } = await import('../../source/snapshot.ts');
  const { sourceEntries } = await import('../../source/private-tree.ts');
  return snapshotCommit(directory, await sourceEntries(directory, without));
}
