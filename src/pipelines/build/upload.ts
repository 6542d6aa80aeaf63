import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { SIGN_SECONDS } from '../../module/sign/sign-timeout.ts';
import type { StagedDkmsPackage } from '../../package/dkms/dkms-package.ts';
import type { Reporter } from '../../report/reporter.ts';
import {
  type ChangesInput,
  copyControlFiles,
  uploadStem,
  writeBuildinfo,
  writeChanges,
} from '../../source/changes.ts';
import { applyPatches, buildSourcePackage } from '../../source/dpkg-source.ts';
import { findOrigTarballs } from '../../source/orig-tarball.ts';
import { copyPackageTree } from '../../source/private-tree.ts';
import { defaultKey, signFile } from '../../source/sign-upload.ts';
import { NATIVE, QUILT, type SourcePackage } from '../../source/source-package.ts';
import { provideUpstreamTarball, upstreamTarballName } from '../../source/upstream-tarball.ts';
import { publishTogether } from '../../system/files/publish.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { buildHandedOver, copyPatchState, type HandOver } from './hand-over.ts';
import type { PackagingDirectory } from './packaging-directory.ts';
import { withOriginalPlaces } from './places.ts';
import type { BuildRequest } from './upload-request.ts';
import { writeRegistered } from './write-registered.ts';

export interface UploadInput {
  readonly request: BuildRequest;
  readonly packaging: PackagingDirectory;
  readonly source: SourcePackage;
  /** The value of SOURCE_DATE_EPOCH, in seconds. */
  readonly timestamp: number;
  /** Whether the patches of debian/patches must be applied in the private tree before the package is staged. */
  readonly patched: boolean;
  /**
   * The staged package. Undefined if it is staged later, if dpkg-buildpackage builds it, or if only the source package
   * is built.
   */
  readonly staged: StagedDkmsPackage | undefined;
  readonly handOver: HandOver;
  /** Stages the package from a tree. */
  readonly stage: (tree: string) => Promise<StagedDkmsPackage>;
  readonly reporter: Reporter;
}

/**
 * Builds the requested packages in private directories, and moves them to the output directory. Returns their
 * paths.
 */
export async function writeUpload(
  input: UploadInput,
  { without, scratch }: { readonly without: readonly string[]; readonly scratch: string },
): Promise<string[]> {
  const { request, packaging, source } = input;
  const { directory, type, output } = request;
  const { debian } = packaging;
  // An upstream tarball that is made from this copy of the tree contains the name of the copy's directory. So it gets
  // the name that dpkg-source -x gives to the directory.
  const tree = join(scratch, 'tree', `${source.name}-${source.upstream}`);
  let entries: readonly SourceEntry[] = [];
  const handedOver = input.handOver.reason !== undefined;
  if (type === 'binary' && !input.patched && !handedOver) await copyControlFiles(debian, tree);
  else {
    const packageNames = await binaryPackages(debian);
    entries = await copyPackageTree(
      { directory, debian, packageNames, without, allowed: request.allowFiles },
      tree,
    );
    await copyPatchState(directory, tree);
  }
  return withOriginalPlaces([[tree, directory]], () =>
    publishTogether(output, (staging) => fillStaging(input, { tree, entries, staging })),
  );
}

interface Workplace {
  readonly tree: string;
  readonly entries: readonly SourceEntry[];
  readonly staging: string;
}

/**
 * Builds all files of the upload in a private directory, in the same steps as dpkg-buildpackage. Returns their
 * names, the .changes file last.
 */
async function fillStaging(input: UploadInput, workplace: Workplace): Promise<string[]> {
  const { request, source, timestamp, reporter } = input;
  const { tree, staging } = workplace;
  const { type } = request;
  const results: string[] = [];
  const sign = async (name: string) => {
    if (request.sign === undefined) return;
    const key = request.sign || defaultKey(source.latest.maintainer);
    await signFile(join(staging, name), key, request.signTimeout ?? SIGN_SECONDS);
  };
  if (type !== 'binary' && source.format === QUILT) {
    const { directory, output } = request;
    const upstream = { directory, privateTree: tree, source, staging, output, timestamp, reporter };
    await provideUpstreamTarball(upstream);
  }
  if (input.patched) await applyPatches(tree, { timestamp, reporter });
  const attempt = () => input.handOver.attempt(() => input.stage(tree));
  const staged = type === 'source' ? undefined : (input.staged ?? (await attempt()));
  if (type !== 'binary') {
    results.push(...(await sourcePackage(input, workplace)));
    await sign(`${source.name}_${source.fileVersion}.dsc`);
  }
  if (staged !== undefined) {
    const { compression } = request;
    await writeRegistered(staged, { output: staging, tree, compression, reporter });
    results.push(staged.fileName);
  } else if (type !== 'source') results.push(...(await buildHandedOver(input, workplace)));
  const stem = await uploadStem(`${source.name}_${source.fileVersion}`, type);
  // A version that only this build has (--snapshot, --suffix) may be uploaded to an archive that does not have the
  // orig tarball yet.
  const withOrig = input.packaging.ownEntry;
  const changes: ChangesInput = { tree, staging, type, stem, timestamp, withOrig, reporter };
  for (const write of [writeBuildinfo, writeChanges]) {
    const name = await write(changes);
    await sign(name);
    results.push(name);
  }
  return results;
}

/**
 * Builds the source package. Returns the names of the .dsc and of its files. Orig tarballs that are already in the
 * output directory are left out.
 */
async function sourcePackage(
  { source, timestamp, reporter }: UploadInput,
  { tree, entries, staging }: Workplace,
): Promise<string[]> {
  const stem = `${source.name}_${source.fileVersion}`;
  const built = await buildSourcePackage(tree, staging, { stem, timestamp, entries, reporter });
  const isOurs = await Promise.all(
    built.files.map(async (name) => (await lstat(join(staging, name))).isFile()),
  );
  return [built.dsc, ...built.files.filter((_, index) => isOurs[index])];
}

async function binaryPackages(debian: string): Promise<string[]> {
  const control = await readTreeText(join(debian, 'control')).catch(() => '');
  return [...control.matchAll(/^Package:\s*(\S+)/gim)].map(([, name]) => name ?? '');
}

/** For --dry-run: returns the paths of the files that a build would write. */
export async function expectedFiles(
  { type, output, fromRules }: BuildRequest,
  source: SourcePackage,
  debs: readonly string[],
): Promise<string[]> {
  const stem = `${source.name}_${source.fileVersion}`;
  const names: string[] = [];
  if (type !== 'binary') {
    names.push(`${stem}.dsc`);
    if (source.format === NATIVE) names.push(`${stem}.tar.xz`);
    else {
      const found = await findOrigTarballs([output], source);
      if (found.length === 0) names.push(upstreamTarballName(source));
      names.push(`${stem}.debian.tar.xz`);
    }
  }
  names.push(...debs);
  if (!fromRules) {
    const upload = await uploadStem(stem, type);
    names.push(`${upload}.buildinfo`, `${upload}.changes`);
  }
  return names.map((name) => join(output, name));
}
