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
  /** The tree of the user. The directory above may have upstream tarballs. */
  readonly directory: string;
  /** A private copy of the tree, without applied patches. Its name becomes the top directory of a new tarball. */
  readonly privateTree: string;
  readonly source: SourcePackage;
  /** The directory in which dpkg-source runs. */
  readonly staging: string;
  /** The output directory, which may have upstream tarballs of an earlier build. */
  readonly output: string;
  /** The time in a tarball that is made from the tree, in seconds since 1970. */
  readonly timestamp: number;
  readonly reporter: Reporter;
}

/**
 * Puts the upstream tarballs into `staging`: existing tarballs of `output` or of the directory above the tree;
 * otherwise a tarball made from the commit of the upstream version; otherwise a tarball made from the tree. A note
 * tells the user which tarball is used. Throws the errors of findOrigTarballs, archiveCommit, refuseAppliedPatches,
 * archiveTree and takeExpandedFiles.
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
