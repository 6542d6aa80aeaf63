import { join, resolve } from 'node:path';
import { limitSource } from '../../dkms/source/source-limits.ts';
import { DkmsDebError, UsageError } from '../../errors.ts';
import { installedReleases } from '../../kernel/headers.ts';
import { type KernelChoice, selectKernels } from '../../kernel/select.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import { checkMetaKind } from '../../package/modules/meta-package.ts';
import { selectArchiveKernels } from '../../pipelines/archive-kernels/select-archive-kernels.ts';
import {
  buildKernel,
  findTargets,
  type KernelWork,
  type Target,
} from '../../pipelines/bmdeb/build-kernel.ts';
import { excludeEarly } from '../../pipelines/bmdeb/exclude-early.ts';
import { FORMATS } from '../../pipelines/bmdeb/formats.ts';
import { sourceParts } from '../../pipelines/bmdeb/key-parts.ts';
import { type MetaChoices, readMetaChoices } from '../../pipelines/bmdeb/meta-choices.ts';
import { type Shares, shareProcessors } from '../../pipelines/bmdeb/share-processors.ts';
import { warnOfLeftOut } from '../../pipelines/bmdeb/write-common.ts';
import { writeMetaPackages } from '../../pipelines/bmdeb/write-metas.ts';
import { writeModulesUpload } from '../../pipelines/bmdeb/write-upload.ts';
import { readSource } from '../../pipelines/driver-source/read-source.ts';
import { variantSource } from '../../pipelines/driver-source/variant-source.ts';
import type { InstallChoice } from '../../pipelines/install/install-choice.ts';
import { installModules, refuseOtherKernels } from '../../pipelines/install/install-modules.ts';
import { notesOnce, type Reporter } from '../../report/reporter.ts';
import { prepareOutputDirectory } from '../../system/files/output.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { readArchiveChoice, refuseUnnamed, withStoreOf } from '../command-line/archive-choice.ts';
import type { ArchiveArguments } from '../command-line/archive-options.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readMaxSize, readSet } from '../command-line/driver-options.ts';
import type { InstallArguments } from '../command-line/install-options.ts';
import { readInstallChoice } from '../command-line/read-install-choice.ts';
import { readSigning, type SignArguments, warnUnverified } from '../command-line/read-signing.ts';
import { readVariant, type VariantArguments } from '../command-line/variant-options.ts';
import { checkChoices, chosenDescription, warnOfUnknown } from './chosen-description.ts';
import { exitStatusOf, summarise, toDocument, toMetaDocument } from './outcome.ts';
import type { PackageArguments } from './package-options.ts';
import { refuseForRpm } from './refuse-for-rpm.ts';

export interface BmdebArguments
  extends SignArguments,
    PackageArguments,
    VariantArguments,
    ArchiveArguments,
    InstallArguments {
  readonly maxSize?: string | undefined;
  readonly source: string;
  readonly conf?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly kernel: readonly string[];
  readonly all: boolean;
  readonly symvers: readonly string[];
  readonly headers: readonly string[];
  readonly output: string;
  readonly jobs?: number | undefined;
  readonly unsigned: boolean;
  readonly dryRun: boolean;
  readonly cache: boolean;
}

/**
 * Builds one package of compiled modules for each kernel, for several kernels at the same time. If the build for one
 * kernel fails, the others continue. Prints the paths of the packages. If a build failed, the exit status is that of
 * the first failure. Otherwise it is 77 if all kernels are excluded, else 0.
 */
export async function bmdeb(args: BmdebArguments, context: CommandContext): Promise<CommandResult> {
  const { reporter } = context;
  limitSource(readMaxSize(args.maxSize));
  const unpacked = (await Promise.all(args.headers.map(findUnpackedHeaders))).flat();
  const archives = await readArchiveChoice(args);
  refuseForRpm(args, archives !== undefined);
  const install = readInstallChoice(args, context, [['--format rpm', args.format === 'rpm']]);
  if (archives !== undefined && !args.all) refuseUnnamed(archives);
  const installed =
    archives === undefined
      ? await selectKernels({ patterns: args.kernel, all: args.all, unpacked })
      : [];
  await noteLeftOut(args, installed.length, reporter);
  const output = resolve(args.output);
  const { maintainer } = checkChoices(args);
  const set = readSet(args.set);
  const meta = readMetaChoices(args, archives !== undefined);
  const signer = await readSigning(args);
  if (signer?.certificates.length === 0 && !args.dryRun) warnUnverified(reporter);
  if (args.unsigned && signer !== undefined) {
    throw new UsageError('--unsigned cannot be combined with signing options');
  }
  const build = () =>
    withTemporaryDirectory('source', async (scratch) => {
      const selection =
        archives && (await selectArchiveKernels(archives, join(scratch, 'tools'), reporter));
      const kernels = selection?.kernels ?? installed;
      const atOnce = shareProcessors(kernels.length, args.jobs).kernels;
      reporter.briefProgress(`reading ${args.source}`);
      // The source and the headers are read in parallel. If one reading fails, the other must end before the scratch
      // directory is removed.
      const reading = [
        readSource(args.source, { conf: args.conf, set, output, scratch, maintainer, reporter }),
        findTargets(kernels, atOnce),
      ] as const;
      const [read, all] = await Promise.all(reading).finally(() => Promise.allSettled(reading));
      const found = await variantSource(read, readVariant(args));
      const targets = await excludeEarly(all, found.confFile);
      if (meta !== undefined) {
        for (const { headers } of targets) {
          const isKnown = headers !== undefined && !(headers instanceof DkmsDebError);
          if (isKnown) checkMetaKind(meta.kind, headers);
        }
      }
      if (install) refuseOtherKernels(targets, install);
      const shares = shareProcessors(targets.length, args.jobs);
      const source = { ...found, description: chosenDescription(found.description, args) };
      warnOfUnknown(source, reporter);
      warnOfLeftOut(source, reporter);
      if (!args.dryRun) await prepareOutputDirectory(output);
      const work: KernelWork = {
        source,
        parts: await sourceParts(source),
        dryRun: args.dryRun,
        cache: args.cache,
        symvers: args.symvers.map((path) => resolve(path)),
        meta,
        packages: {
          output,
          format: args.format,
          timestamp: source.timestamp,
          dbgsym: args.dbgsym,
          initramfs: args.initramfs,
          dkmsRelation: args.dkmsRelation,
          kernelDependency: args.kernelDep,
          kernelPackage: args.kernelPackage,
          signer,
          // Packages with signed modules are not cached. The signatures of some keys differ each time, so a signed
          // package would never be found in the cache.
          cache: args.cache && signer === undefined,
        },
      };
      const fetched = selection?.startFetching(
        targets.flatMap(({ kernel, headers }) => (headers === undefined ? [kernel] : [])),
      );
      const order = new Map(fetched?.map((kernel, index) => [kernel, index]));
      return buildAll(
        targets,
        work,
        { shares, meta, order, changes: args.changes, install },
        context,
      );
    });
  return withStoreOf(archives, build);
}

/** Tells the user that --all together with --headers does not select the installed kernels. */
async function noteLeftOut(
  { all, headers, kernel }: BmdebArguments,
  chosen: number,
  reporter: Reporter,
): Promise<void> {
  if (!all || headers.length === 0 || kernel.length > 0) return;
  const left = (await installedReleases()).length;
  if (left === 0) return;
  reporter.note(
    `--all means the ${chosen} kernels below --headers; ${left} installed kernels are left out.`,
  );
}

interface BuildPlan {
  readonly shares: Shares;
  readonly meta: MetaChoices | undefined;
  /** For each kernel whose headers are fetched, its place in the order of fetching. All other kernels come first. */
  readonly order: ReadonlyMap<KernelChoice, number>;
  /** Whether .changes and .buildinfo are also written. */
  readonly changes: boolean;
  readonly install: InstallChoice | undefined;
}

async function buildAll(
  targets: readonly Target[],
  work: KernelWork,
  { shares, meta, order, changes, install }: BuildPlan,
  context: CommandContext,
): Promise<CommandResult> {
  const { kernels, jobs } = shares;
  const reporter = notesOnce(context.reporter);
  const place = ({ kernel }: Target) => order.get(kernel) ?? -1;
  const inOrder = [...targets].sort((a, b) => place(a) - place(b));
  const pairs = await mapConcurrently(inOrder, kernels, async (target) => {
    const task = context.reporter.task(nameOf(target.kernel), targets.length);
    const outcome = await buildKernel(target, work, jobs, reporter, task);
    task.end(outcome.status === 'failed' ? 'failed' : undefined);
    for (const file of [outcome.file, outcome.dbgsym]) if (file !== undefined) context.print(file);
    return [target, outcome] as const;
  });
  const ofTarget = new Map(pairs);
  const outcomes = targets.flatMap((target) => ofTarget.get(target) ?? []);
  summarise(outcomes, context.reporter, { dryRun: work.dryRun });
  const format = FORMATS[work.packages.format];
  const choices = { ...work.packages, ...work };
  const common = await format.writeCommon(outcomes, work.source, choices, context.reporter);
  for (const file of common) context.print(file);
  // Metapackages are printed after all other packages. Someone who publishes the packages in this order never publishes
  // a metapackage before its modules.
  const metas = meta && (await writeMetaPackages(outcomes, work, meta, context.reporter));
  for (const { file } of metas ?? []) if (file !== undefined) context.print(file);
  const written = [
    ...outcomes.flatMap(({ file, dbgsym }) => [file, dbgsym]),
    ...common,
    ...(metas ?? []).map(({ file }) => file),
  ];
  const debs = written.filter((file) => file !== undefined);
  const about = { driver: work.source.description, ...work.packages };
  const upload =
    changes && debs.length > 0 && !work.dryRun
      ? await writeModulesUpload(debs, about, context.reporter)
      : [];
  for (const file of upload) context.print(file);
  const built = { outcomes, common, metas: metas ?? [] };
  const installed =
    install && (await installModules(built, install, { dryRun: work.dryRun, reporter }));
  const documents = outcomes.map(toDocument);
  return {
    exitStatus: exitStatusOf(outcomes, metas ?? []),
    document: {
      conf: work.source.conf ?? null,
      kernels: documents,
      ...(common.length > 0 && { common }),
      ...(metas && { metas: metas.map(toMetaDocument) }),
      ...(changes && { upload }),
      ...(installed && { [install?.mode === 'try' ? 'tried' : 'installed']: installed }),
    },
  };
}

/**
 * Returns the name of a kernel as the user gave it. It contains the architecture if the user gave one, because the same
 * release may exist for several architectures.
 */
function nameOf({ release, machine }: KernelChoice): string {
  return machine === undefined ? release : `${release}/${machine}`;
}
