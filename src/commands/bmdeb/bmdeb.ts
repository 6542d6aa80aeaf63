import { resolve } from 'node:path';
import { limitSource } from '../../dkms/source/source-limits.ts';
import { DkmsDebError, UsageError } from '../../errors.ts';
import { type KernelChoice, selectKernels } from '../../kernel/select.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import type { MetaKind } from '../../package/modules/meta-kinds.ts';
import { checkMetaKind } from '../../package/modules/meta-package.ts';
import {
  buildKernel,
  findTargets,
  type KernelWork,
  type Target,
} from '../../pipelines/bmdeb/build-kernel.ts';
import type { KernelOutcome, MetaOutcome } from '../../pipelines/bmdeb/kernel-outcome.ts';
import { type Shares, shareProcessors } from '../../pipelines/bmdeb/share-processors.ts';
import { checkMetaChoices, writeMetaPackages } from '../../pipelines/bmdeb/write-metas.ts';
import { readSource } from '../../pipelines/driver-source/read-source.ts';
import { variantSource } from '../../pipelines/driver-source/variant-source.ts';
import { notesOnce } from '../../report/reporter.ts';
import { prepareOutputDirectory } from '../../system/files/output.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readMaxSize, readSet } from '../command-line/driver-options.ts';
import { readSigning, type SignArguments, warnUnverified } from '../command-line/read-signing.ts';
import { readVariant, type VariantArguments } from '../command-line/variant-options.ts';
import { checkChoices, chosenDescription, warnOfUnknown } from './chosen-description.ts';
import { exitStatusOf, summarise, toDocument, toMetaDocument } from './outcome.ts';
import type { PackageArguments } from './package-options.ts';

export interface BmdebArguments extends SignArguments, PackageArguments, VariantArguments {
  readonly maxSize?: string | undefined;
  readonly source: string;
  readonly conf?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly kernel: readonly string[];
  readonly all: boolean;
  /** Where the modules of BUILD_DEPENDS are, beside the installed ones. */
  readonly symvers: readonly string[];
  /** Directories with headers that are not installed. */
  readonly headers: readonly string[];
  readonly output: string;
  readonly jobs?: number | undefined;
  readonly unsigned: boolean;
  readonly dryRun: boolean;
  /** `--no-cache`: every kernel is compiled anew. */
  readonly cache: boolean;
}

/**
 * Builds one package of compiled modules for each kernel, several kernels at a time; one that fails
 * does not stop the others. Prints the paths. Exit status: 0 when every kernel was built or excluded,
 * 77 when all were excluded, else that of the first failure.
 */
export async function bmdeb(args: BmdebArguments, context: CommandContext): Promise<CommandResult> {
  limitSource(readMaxSize(args.maxSize));
  const unpacked = (await Promise.all(args.headers.map(findUnpackedHeaders))).flat();
  const kernels = await selectKernels({ patterns: args.kernel, all: args.all, unpacked });
  const output = resolve(args.output);
  const atOnce = shareProcessors(kernels.length, args.jobs).kernels;
  const { maintainer } = checkChoices(args);
  const set = readSet(args.set);
  const { reporter } = context;
  checkMetaChoices(args);
  const signer = await readSigning(args);
  if (signer?.certificates.length === 0 && !args.dryRun) warnUnverified(context.reporter);
  if (args.unsigned && signer !== undefined) {
    throw new UsageError('--unsigned cannot be combined with signing options');
  }
  return withTemporaryDirectory('source', async (scratch) => {
    // dpkg tells of the headers while the source is read; nobody is still at work where one fails.
    const work = [
      readSource(args.source, { conf: args.conf, set, output, scratch, maintainer, reporter }),
      findTargets(kernels, atOnce),
    ] as const;
    const [read, targets] = await Promise.all(work).finally(() => Promise.allSettled(work));
    const found = await variantSource(read, readVariant(args));
    if (args.meta !== undefined) {
      for (const { headers } of targets) {
        if (!(headers instanceof DkmsDebError)) checkMetaKind(args.meta, headers);
      }
    }
    const shares = shareProcessors(targets.length, args.jobs);
    const source = { ...found, description: chosenDescription(found.description, args) };
    warnOfUnknown(source, context.reporter);
    if (!args.dryRun) await prepareOutputDirectory(output);
    const { dryRun, cache, dbgsym, initramfs, dkmsRelation, kernelDep, meta, flavour } = args;
    const symvers = args.symvers.map((path) => resolve(path));
    const { timestamp } = source;
    const content = { dbgsym, initramfs, dkmsRelation, kernelDependency: kernelDep };
    // No two signatures are the same with some keys: such packages would only fill the cache.
    const cachePackages = cache && signer === undefined;
    const packages = { output, timestamp, ...content, signer, cache: cachePackages };
    const choices = { dryRun, cache, meta, flavour, symvers };
    return buildAll(targets, { source, packages, shares, ...choices }, context);
  });
}

/** What every kernel is built from, into and with. */
interface Work extends KernelWork {
  readonly shares: Shares;
  readonly meta: MetaKind | undefined;
  readonly flavour: string | undefined;
}

async function buildAll(
  targets: readonly Target[],
  work: Work,
  context: CommandContext,
): Promise<CommandResult> {
  const { kernels, jobs } = work.shares;
  const reporter = notesOnce(context.reporter);
  const outcomes = await mapConcurrently(targets, kernels, async (target) => {
    const task = context.reporter.task(nameOf(target.kernel), targets.length);
    const outcome = await buildKernel(target, work, jobs, reporter, task);
    task.end();
    for (const file of [outcome.file, outcome.dbgsym]) if (file !== undefined) context.print(file);
    return outcome;
  });
  summarise(outcomes, context.reporter);
  const metas = await writeMetas(outcomes, work, context);
  const documents = outcomes.map(toDocument);
  return {
    exitStatus: exitStatusOf(outcomes, metas ?? []),
    document: {
      conf: work.source.conf ?? null,
      kernels: documents,
      ...(metas && { metas: metas.map(toMetaDocument) }),
    },
  };
}

/** Last of all: whoever publishes in this order never shows a metapackage without its modules. */
async function writeMetas(
  outcomes: readonly KernelOutcome[],
  { source, packages, meta: kind, flavour, dryRun }: Work,
  context: CommandContext,
): Promise<MetaOutcome[] | undefined> {
  if (kind === undefined) return undefined;
  const candidates = outcomes
    .filter(({ status, error }) => status !== 'excluded' && error?.code !== 'no-kernel-matches')
    .map(({ release, headers, dkmsName }) => ({
      kernel: headers ?? { release, packageVersion: undefined, architecture: '' },
      dkmsName,
    }));
  const { description } = source;
  const { output, timestamp } = packages;
  const choices = { kind, flavour, output, timestamp, dryRun };
  const metas = await writeMetaPackages(candidates, description, choices, context.reporter);
  for (const { file } of metas) if (file !== undefined) context.print(file);
  return metas;
}

/** As it was asked for: of one release there may be kernels of two architectures. */
function nameOf({ release, machine }: KernelChoice): string {
  return machine === undefined ? release : `${release}/${machine}`;
}
