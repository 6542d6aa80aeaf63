import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { hasPackaging } from '../../package/packaging.ts';
import type { BuildVariant } from '../../source/build-entry.ts';
import { readSourcePackage, type SourcePackage } from '../../source/source-package.ts';
import type { BuildRequest } from './upload-request.ts';

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
    ? await (await import('./generated-packaging.ts')).generatePackaging(
        request.directory,
        without,
        scratch,
        request.allowFiles,
      )
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
  const { writeVariant } = await import('./variant-packaging.ts');
  await writeVariant(debian, copy, { original, variant });
  return { debian: copy, generated, original, ownEntry: isVariant };
}

async function commitOf(request: BuildRequest, without: readonly string[]) {
  const { headCommit, refuseUncommitted } = await import('../../source/snapshot.ts');
  const { sourceEntries } = await import('../../source/private-tree.ts');
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
