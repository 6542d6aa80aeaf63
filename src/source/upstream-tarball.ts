import { dirname, join } from 'node:path';
import type { Reporter } from '../report/reporter.ts';
import { archiveCommit } from './archive-commit.ts';
import { takeExpandedFiles } from './export-subst.ts';
import { findUpstreamCommit } from './orig-from-git.ts';
import { archiveTree, refuseAppliedPatches } from './orig-from-tree.ts';
import { bringOrigTarballs, findOrigTarballs } from './orig-tarball.ts';
import type { SourcePackage } from './source-package.ts';

export interface UpstreamInput {
  /** The person's tree; upstream tarballs may lie beside it. */
  readonly directory: string;
  /** The private copy, patches not applied; its name is the top directory of a tarball made here. */
  readonly privateTree: string;
  readonly source: SourcePackage;
  /** dpkg-source's working directory. */
  readonly staging: string;
  /** Where the results go; may have upstream tarballs of an earlier build. */
  readonly output: string;
  /** Seconds, for a tarball of the tree. */
  readonly timestamp: number;
  readonly reporter: Reporter;
}

/** Where the upstream tarball of a 3.0 (quilt) package came from. */
export type UpstreamOrigin = 'found' | 'git' | 'tree';

/**
 * Puts the upstream tarballs into `staging`: those beside the tree or in `output`, else one of the
 * commit that is tagged with the upstream version, else one of the tree itself; says which by a note.
 */
export async function provideUpstreamTarball(input: UpstreamInput): Promise<UpstreamOrigin> {
  const { directory, privateTree, source, staging, output, timestamp, reporter } = input;
  const found = await findOrigTarballs([output, dirname(directory)], source);
  if (found.length > 0) {
    for (const { path } of found) reporter.note(`Upstream tarball: ${path}`);
    const main = found.find(({ name }) => /\.orig\.tar\.[^.]+$/.test(name));
    if (main !== undefined) await takeExpandedFiles(directory, privateTree, main.path);
    await bringOrigTarballs(found, staging, output);
    return 'found';
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
    return 'git';
  }
  await refuseAppliedPatches(directory);
  reporter.note(
    `Upstream tarball: ${name}, made from the tree itself; no git tag says ${source.upstream}.`,
  );
  await archiveTree(privateTree, timestamp, target);
  return 'tree';
}

/** The name of a tarball that is made here. */
export function upstreamTarballName(source: SourcePackage): string {
  return `${source.name}_${source.upstream}.orig.tar.xz`;
}
