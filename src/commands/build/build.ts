import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describeMark, readUnknownMarks } from '../../debianize/unknown-marks.ts';
import { limitSource } from '../../dkms/source/source-limits.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { stageDkmsPackage } from '../../package/dkms/dkms-package.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { packagedConfVersion, warnOfContradiction } from '../../pipelines/build/agreement.ts';
import { describeReason, expectedDebs, readHandOver } from '../../pipelines/build/hand-over.ts';
import { refuseLostFiles } from '../../pipelines/build/lost-files.ts';
import {
  type PackagingDirectory,
  packagingDirectory,
} from '../../pipelines/build/packaging-directory.ts';

import { withOriginalPlaces } from '../../pipelines/build/places.ts';
import type { BuildRequest } from '../../pipelines/build/upload-request.ts';
import { writeRegistered } from '../../pipelines/build/write-registered.ts';
import type { InstallChoice } from '../../pipelines/install/install-choice.ts';
import { installDkmsPackage } from '../../pipelines/install/install-dkms-package.ts';
import { hasPatches } from '../../source/dpkg-source.ts';
import { earlierResults } from '../../source/earlier-results.ts';
import { checkSourceFormat, readSourcePackage } from '../../source/source-package.ts';
import { prepareOutputDirectory } from '../../system/files/output.ts';
import { holdLinksWithin } from '../../system/files/tree-bounds.ts';
import { removeLeftoversOfTree, withTemporaryDirectory } from '../../system/process/cleanup.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readMaxSize } from '../command-line/driver-options.ts';
import { readInstallChoice } from '../command-line/read-install-choice.ts';
import { type BuildArguments, readRequest } from './read-request.ts';

/**
 * Builds the `<name>-dkms` package, its source package, or both, with .buildinfo and .changes. With --from-rules,
 * builds only the .deb, and registers it in debian/files, which is the only change to the tree. Prints the paths of the
 * files.
 */
export async function build(args: BuildArguments, context: CommandContext): Promise<CommandResult> {
  limitSource(readMaxSize(args.maxSize));
  const request = readRequest(args);
  const install = readInstallChoice(args, context, [
    ['-S', request.type === 'source'],
    ['--from-rules', request.fromRules],
  ]);
  holdLinksWithin(request.directory);
  await removeLeftoversOfTree(request.directory);
  return withTemporaryDirectory('build', async (scratch) => {
    const without = await earlierResults(request.directory, request.output);
    const packaging = await withOriginalPlaces([], () =>
      packagingDirectory(request, without, scratch),
    );
    if (packaging.generated) {
      context.reporter.note(
        'There is no debian/: using the debian/ that dkms-deb init would write.',
      );
    }
    for (const note of packaging.notes) context.reporter.note(note);
    for (const mark of await readUnknownMarks(packaging.debian)) {
      context.reporter.warn(
        describeMark(mark),
        'Replace FIXME by the right text, or run dkms-deb init again.',
      );
    }
    const original = join(request.directory, 'debian');
    return withOriginalPlaces([[packaging.debian, original]], () =>
      buildWith(request, packaging, { without, scratch, install }, context),
    );
  });
}

async function buildWith(
  request: BuildRequest,
  packaging: PackagingDirectory,
  places: {
    readonly without: readonly string[];
    readonly scratch: string;
    readonly install: InstallChoice | undefined;
  },
  context: CommandContext,
): Promise<CommandResult> {
  const { reporter } = context;
  const { debian, original } = packaging;
  const source = await readSourcePackage(debian);
  if (request.type !== 'binary') checkSourceFormat(debian, source);
  const timestamp = sourceTimestamp(source.latest.timestamp);
  const stage = async (tree: string) =>
    stageDkmsPackage(tree, debian, referenceKernel(), reporter, {
      allowed: request.allowFiles,
      known: tree === request.directory ? handOver.source : undefined,
    });
  // With --from-rules, dpkg-buildpackage has already applied debian/patches to the tree. Otherwise they are applied to
  // a copy of the tree.
  const patched = !request.fromRules && (await hasPatches(debian, source));
  const handOver = await readHandOver(request, debian);
  const staged =
    request.type === 'source' || (patched && !request.dryRun)
      ? undefined
      : await handOver.attempt(() => stage(request.directory));
  if (request.dryRun && handOver.reason !== undefined) {
    reporter.note(describeReason(handOver.reason, debian));
  }
  const conf = staged?.conf ?? (await packagedConfVersion(request.directory, debian));
  if (conf !== undefined) warnOfContradiction(original, conf, reporter);

  let files: readonly string[];
  if (request.dryRun) {
    const { expectedFiles } = await import('../../pipelines/build/upload.ts');
    const debs = staged ? [staged.fileName] : await expectedDebs(request, debian, source);
    files = await expectedFiles(request, source, debs);
  } else if (request.fromRules && staged !== undefined) {
    await refuseLostFiles(debian, staged);
    const { output, directory: tree, compression } = request;
    await prepareOutputDirectory(output);
    files = [await writeRegistered(staged, { output, tree, compression, reporter })];
  } else {
    const { writeUpload } = await import('../../pipelines/build/upload.ts');
    const upload = { request, packaging, source, timestamp, patched, staged, stage, reporter };
    const input = { ...upload, handOver };
    await mkdir(join(places.scratch, 'tree'));
    files = await writeUpload(input, places);
  }
  for (const file of files) context.print(file);
  const installed = places.install && {
    [places.install.mode === 'try' ? 'tried' : 'installed']: await installDkmsPackage(
      files,
      places.install,
      { packageName: staged?.packaging.packageName, dryRun: request.dryRun, reporter },
    ),
  };
  const document = {
    ...(staged === undefined ? {} : { package: staged.packaging.packageName }),
    source: source.name,
    version: source.version,
    files,
    ...installed,
  };
  return { exitStatus: 0, document };
}
