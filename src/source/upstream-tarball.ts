import { dirname, join } from 'node:path';
import type { Reporter } from '../report/reporter.ts';
import { archiveCommit } from './archive-commit.ts';
import { takeExpandedFiles } from './export-subst.ts';
import { findUpstreamCommit } from './orig-from-git.ts';
import { archiveTree, refuseAppliedPatches } from './orig-from-tree.ts';
import { bringOrigTarballs, findOrigTarballs } from './orig-tarball.ts';
import type { SourcePackage } from './source-package.ts';

/** What is needed to find or make an upstream tarball. */
export interface UpstreamInput {
  /** The user's tree; upstream tarballs may be beside it. */
  readonly directory: string;
  /**
   * A private copy of the tree, in which no patches are applied. Its name becomes the top directory in a new
   * tarball.
   */
  readonly privateTree: string;
  readonly source: SourcePackage;
  /** The directory in which dpkg-source runs. */
  readonly staging: string;
  /** The output directory, which may have upstream tarballs of an earlier build. */
  readonly output: string;
  /** The time stamp, in seconds, of a tarball that is made from the tree. */
  readonly timestamp: number;
  readonly reporter: Reporter;
}

/**
 * Puts the upstream tarballs into `staging`: those that exist beside the tree or in `output`; else one made from
 * the commit of the upstream version; else one made from the tree. Reports in a note which of these it is.
 */
export async function provideUpstreamTarball(input: UpstreamInput): Promise<void> {
  const { directory, privateTree, source, staging, output, timestamp, reporter } = input;
  const found = await findOrigTarballs([output, dirname(directory)], source);
  if (found.length > 0) {
    for (const { path } of found) reporter.note(`Upstream tarball: ${path}`);
    const main = found.find(({ name }) => /\.orig\.tar\.[^.]+$/.test(name));
    if (main !== undefined) await takeExpandedFiles(directory, privateTree, main.path);
    await bringOrigTarballs(found, staging, output);
    return;
  }
  const name = upstreamTarballName(source);
  const target = join(staging, name);
  const commit = await findUpstreamCommit(directory, source.upstream, [
    source.name,
    source.name.replace(/-dkms$/, ''),
  ]);
  if (commit !== undefined) {
    reporter.note(`Upstream tarball: ${name}, made from ${commit.label} with git archive.`);
    await archiveCommit(directory, commit, `${source.name}-${source.upstream}`, target);
    await takeExpandedFiles(directory, privateTree, target);
    return;
  }
  await refuseAppliedPatches(directory);
  reporter.note(
    `Upstream tarball: ${name}, made from the tree, because no git tag for ${source.upstream} was found.`,
  );
  await archiveTree(privateTree, timestamp, target);
}

/** Returns the file name for a new upstream tarball. */
export function upstreamTarballName(source: SourcePackage): string {
  return `${source.name}_${source.upstream}.orig.tar.xz`;
}
