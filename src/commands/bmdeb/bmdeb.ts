import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { DkmsDebError, EXIT, UsageError } from '../../errors.ts';
import { checkHeaders } from '../../kernel/check-headers.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { relocateHeaders } from '../../kernel/relocate-headers.ts';
import { headersOf, type KernelChoice, selectKernels } from '../../kernel/select.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import { buildModules } from '../../module/build.ts';
import type { ModuleSigner } from '../../module/signing.ts';
import type { MetaKind } from '../../package/meta-kinds.ts';
import { reporterOf, type Task } from '../../report/reporter.ts';
import { withTemporaryDirectory } from '../../system/cleanup.ts';
import { mapConcurrently } from '../../system/concurrency.ts';
import { prepareOutputDirectory } from '../../system/output.ts';
import { refusalOf } from '../../system/refusal.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { readSigning, type SignArguments } from '../read-signing.ts';
import { checkChoices, chosenDescription } from './chosen-description.ts';
import { expectedPackages } from './expected-packages.ts';
import { exitStatusOf, type KernelOutcome, summarise, toDocument } from './outcome.ts';
import type { PackageArguments } from './package-options.ts';
import { type DriverSource, readSource } from './source.ts';
import { checkMetaChoices, writeMetaPackages } from './write-metas.ts';
import { type PackageChoices, writeKernelPackages } from './write-packages.ts';

export interface BmdebArguments extends SignArguments, PackageArguments {
  readonly source: string;
  readonly conf?: string | undefined;
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
  const unpacked = (await Promise.all(args.headers.map(findUnpackedHeaders))).flat();
  const kernels = await selectKernels({ patterns: args.kernel, all: args.all, unpacked });
  const output = resolve(args.output);
  const cores = args.jobs ?? availableParallelism();
  if (!Number.isInteger(cores) || cores < 1)
    throw new UsageError('--jobs wants a number from 1 up');
  checkChoices(args);
  checkMetaChoices(args, kernels);
  const signer = await readSigning(args);
  if (args.unsigned && signer !== undefined) {
    throw new UsageError('--unsigned and signing options exclude one another');
  }
  return withTemporaryDirectory('source', async (scratch) => {
    const found = await readSource(args.source, { conf: args.conf, scratch });
    const source = { ...found, description: chosenDescription(found.description, args) };
    if (!args.dryRun) await prepareOutputDirectory(output);
    const { dryRun, cache, dbgsym, initramfs, dkmsRelation, kernelDep, meta, flavour } = args;
    const symvers = args.symvers.map((path) => resolve(path));
    const { timestamp } = source;
    const content = { dbgsym, initramfs, dkmsRelation, kernelDependency: kernelDep };
    // No two signatures are the same with some keys: such packages would only fill the cache.
    const cachePackages = cache && signer === undefined;
    const packages = { output, timestamp, ...content, cache: cachePackages };
    const work = { source, packages, output, cores, signer, dryRun, cache, meta, flavour, symvers };
    return buildAll(kernels, work, context);
  });
}

/** What every kernel is built from, into and with. */
interface Work {
  readonly source: DriverSource;
  readonly output: string;
  readonly cores: number;
  readonly signer: ModuleSigner | undefined;
  readonly dryRun: boolean;
  readonly cache: boolean;
  readonly packages: PackageChoices;
  readonly symvers: readonly string[];
  readonly meta: MetaKind | undefined;
  readonly flavour: string | undefined;
}

async function buildAll(
  kernels: readonly KernelChoice[],
  work: Work,
  context: CommandContext,
): Promise<CommandResult> {
  const workers = Math.min(work.cores, kernels.length);
  const jobs = Math.max(1, Math.floor(work.cores / workers));
  const outcomes = await mapConcurrently(kernels, workers, async (kernel) => {
    const task = context.reporter.task(nameOf(kernel), kernels.length);
    const outcome = await buildKernel(kernel, work, jobs, context, task);
    task.end();
    for (const file of [outcome.file, outcome.dbgsym]) if (file !== undefined) context.print(file);
    return outcome;
  });
  summarise(outcomes, context.reporter);
  const metas = await writeMetas(outcomes, work, context);
  const documents = outcomes.map(toDocument);
  return {
    exitStatus: exitStatusOf(outcomes),
    document: { kernels: documents, ...(metas && { metas }) },
  };
}

/** Last of all: whoever publishes in this order never shows a metapackage without its modules. */
async function writeMetas(
  outcomes: readonly KernelOutcome[],
  { source, output, meta: kind, flavour, dryRun }: Work,
  context: CommandContext,
): Promise<string[] | undefined> {
  if (kind === undefined) return undefined;
  const candidates = outcomes
    .filter(({ status }) => status !== 'excluded')
    .map(({ release, headers, dkmsName }) => ({
      kernel: headers ?? { release, packageVersion: undefined, architecture: '' },
      dkmsName,
    }));
  const { description, timestamp } = source;
  const choices = { kind, flavour, output, timestamp, dryRun };
  const metas = await writeMetaPackages(candidates, description, choices, context.reporter);
  for (const file of metas) context.print(file);
  return metas;
}

async function buildKernel(
  kernel: KernelChoice,
  { source, packages, signer, dryRun, cache, symvers }: Work,
  jobs: number,
  { reporter: commandReporter }: CommandContext,
  task: Task,
): Promise<KernelOutcome> {
  const { release } = kernel;
  const reporter = reporterOf(task, commandReporter);
  task.briefStep('looking for headers');
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let found: KernelHeaders | undefined;
  try {
    const original = await headersOf(kernel);
    found = original;
    if (dryRun) {
      await checkHeaders(original);
      const expected = await expectedPackages(original, source, packages);
      return { release, headers: found, status: 'built', seconds: seconds(), ...expected };
    }
    return await withTemporaryDirectory('bmdeb', async (directory) => {
      const headers = await relocateHeaders(original, join(directory, 'headers'));
      await checkHeaders(headers);
      const build = await buildModules(directory, {
        sourceDirectory: source.directory,
        confFile: source.confFile,
        headers,
        jobs,
        reporter,
        timestamp: source.timestamp,
        signer,
        cache,
        debug: packages.dbgsym,
        symvers,
      });
      const { description } = source;
      task.briefStep('packing');
      const written = await writeKernelPackages(build, headers, description, packages, reporter);
      const modules = build.modules.map((module) => module.name);
      const built = { dkmsName: build.conf.name, ...written, modules };
      return { release, headers, status: 'built', seconds: seconds(), ...built };
    });
  } catch (error) {
    // A full disk, too, is one kernel's failure: the others may need less.
    const known = error instanceof DkmsDebError ? error : refusalOf(error);
    if (known === undefined) throw error;
    const status = known.exitStatus === EXIT.excluded ? 'excluded' : 'failed';
    return { release, headers: found, status, seconds: seconds(), error: known };
  }
}

/** As it was asked for: of one release there may be kernels of two architectures. */
function nameOf({ release, machine }: KernelChoice): string {
  return machine === undefined ? release : `${release}/${machine}`;
}
