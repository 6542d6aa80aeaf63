import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { DkmsDebError, EXIT, UsageError } from '../../errors.ts';
import { checkHeaders } from '../../kernel/check-headers.ts';
import { relocateHeaders } from '../../kernel/relocate-headers.ts';
import { headersOf, type KernelChoice, selectKernels } from '../../kernel/select.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import { buildModules } from '../../module/build.ts';
import type { ModuleSigner } from '../../module/signing.ts';
import { withTemporaryDirectory } from '../../system/cleanup.ts';
import { mapConcurrently } from '../../system/concurrency.ts';
import { prepareOutputDirectory } from '../../system/output.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { readSigning, type SignArguments } from '../read-signing.ts';
import type { PackageArguments } from './package-options.ts';
import { type DriverSource, readSource } from './source.ts';
import { writeKernelPackages } from './write-packages.ts';

export interface BmdebArguments extends SignArguments, PackageArguments {
  readonly source: string;
  readonly conf?: string | undefined;
  readonly kernel: readonly string[];
  readonly all: boolean;
  /** Directories with headers that are not installed. */
  readonly headers: readonly string[];
  readonly output: string;
  readonly jobs?: number | undefined;
  /** `--no-cache`: every kernel is compiled anew. */
  readonly cache: boolean;
}

interface KernelOutcome {
  readonly release: string;
  readonly status: 'built' | 'excluded' | 'failed';
  readonly file?: string;
  readonly dbgsym?: string;
  readonly modules?: readonly string[];
  readonly error?: DkmsDebError;
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
  const signer = await readSigning(args);
  return withTemporaryDirectory('source', async (scratch) => {
    const source = await readSource(args.source, { conf: args.conf, scratch });
    await prepareOutputDirectory(output);
    return buildAll(
      kernels,
      { source, output, cores, signer, cache: args.cache, dbgsym: args.dbgsym },
      context,
    );
  });
}

/** What every kernel is built from, into and with. */
interface Work {
  readonly source: DriverSource;
  readonly output: string;
  readonly cores: number;
  readonly signer: ModuleSigner | undefined;
  readonly cache: boolean;
  readonly dbgsym: boolean;
}

async function buildAll(
  kernels: readonly KernelChoice[],
  work: Work,
  context: CommandContext,
): Promise<CommandResult> {
  const workers = Math.min(work.cores, kernels.length);
  const jobs = Math.max(1, Math.floor(work.cores / workers));
  const outcomes = await mapConcurrently(kernels, workers, async (kernel) => {
    const outcome = await buildKernel(kernel, work, jobs, context);
    for (const file of [outcome.file, outcome.dbgsym]) if (file !== undefined) context.print(file);
    return outcome;
  });
  summarise(outcomes, context);
  return { exitStatus: exitStatusOf(outcomes), document: { kernels: outcomes.map(toDocument) } };
}

async function buildKernel(
  kernel: KernelChoice,
  { source, output, signer, cache, dbgsym }: Work,
  jobs: number,
  { reporter }: CommandContext,
): Promise<KernelOutcome> {
  const { release } = kernel;
  try {
    return await withTemporaryDirectory('bmdeb', async (directory) => {
      const headers = await relocateHeaders(await headersOf(kernel), join(directory, 'headers'));
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
        debug: dbgsym,
      });
      const { timestamp, description } = source;
      const choices = { output, timestamp, dbgsym };
      const written = await writeKernelPackages(build, headers, description, choices, reporter);
      const modules = build.modules.map((module) => module.name);
      return { release, status: 'built', ...written, modules };
    });
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const status = error.exitStatus === EXIT.excluded ? 'excluded' : 'failed';
    return { release, status, error };
  }
}

/** One kernel's error is the command's error; of several each is told, then the count. */
function summarise(outcomes: readonly KernelOutcome[], { reporter }: CommandContext): void {
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.error !== undefined) throw only.error;
  for (const { release, status, error } of outcomes) {
    if (status === 'excluded') reporter.note(`${release}: excluded: ${error?.message}`);
    else if (error !== undefined) reporter.failure(error, release);
  }
  const count = (status: string) => outcomes.filter((o) => o.status === status).length;
  if (outcomes.length === 1) return;
  reporter.note(
    `${outcomes.length} kernels: ${count('built')} built, ${count('excluded')} excluded, ${count('failed')} failed.`,
  );
}

function exitStatusOf(outcomes: readonly KernelOutcome[]): number {
  const failed = outcomes.find((outcome) => outcome.status === 'failed');
  if (failed?.error !== undefined) return failed.error.exitStatus;
  return outcomes.every((outcome) => outcome.status === 'excluded') ? EXIT.excluded : 0;
}

function toDocument({ release, status, file, dbgsym, modules, error }: KernelOutcome): unknown {
  return {
    release,
    status,
    ...(file === undefined ? {} : { file, modules }),
    ...(dbgsym === undefined ? {} : { dbgsym }),
    ...(error === undefined ? {} : { code: error.code, reason: error.message }),
  };
}
