import { basename } from 'node:path';
import { debFileName } from '../../debian/deb-file-name.ts';
import { doubtsOf, type Explanation, explainDriver } from '../../debianize/explain.ts';
import { readConf } from '../../dkms/conf/conf.ts';
import { evaluateConf } from '../../dkms/conf/evaluate.ts';
import { limitSource } from '../../dkms/source/source-limits.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { ConfError } from '../../errors.ts';
import { installedReleases } from '../../kernel/headers.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { type KernelChoice, selectKernels } from '../../kernel/select.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import {
  type ArchiveChoice,
  selectArchiveKernels,
} from '../../pipelines/archive-kernels/select-archive-kernels.ts';
import { readFacts } from '../../pipelines/driver-source/complete-description.ts';
import type { DriverSource } from '../../pipelines/driver-source/driver-source.ts';
import { readSource } from '../../pipelines/driver-source/read-source.ts';
import { variantSource } from '../../pipelines/driver-source/variant-source.ts';
import type { Reporter } from '../../report/reporter.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { readArchiveChoice, withStoreOf } from '../command-line/archive-choice.ts';
import type { ArchiveArguments } from '../command-line/archive-options.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readMaxSize, readSet } from '../command-line/driver-options.ts';
import { readVariant, type VariantArguments } from '../command-line/variant-options.ts';
import { describeInfo } from './describe-info.ts';
import type { InfoDocument } from './info-document.ts';
import { type KernelView, viewKernel } from './kernel-view.ts';
import { withPackagedFacts } from './packaged-facts.ts';

export interface InfoArguments extends VariantArguments, ArchiveArguments {
  readonly maxSize?: string | undefined;
  readonly source: string;
  readonly conf?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly kernel: readonly string[];
  readonly headers: readonly string[];
}

/**
 * The number of kernels for which dkms.conf is evaluated at the same time. Each evaluation runs bash for a few
 * milliseconds.
 */
const WORKERS = 4;

/**
 * Prints the facts about a driver. The exit status is 0, or the status of the first kernel whose headers or dkms.conf
 * cannot be read.
 */
export async function info(args: InfoArguments, context: CommandContext): Promise<CommandResult> {
  limitSource(readMaxSize(args.maxSize));
  const archives = await readArchiveChoice(args);
  const work = async (scratch: string) => {
    const { reporter } = context;
    const kernels = await chooseKernels(args, archives, scratch, reporter);
    const set = readSet(args.set);
    const read = await readSource(args.source, {
      conf: args.conf,
      set,
      scratch,
      reporter,
      compile: false,
    });
    const source = await variantSource(read, readVariant(args));
    const driver = source.driver ?? (await readTreeFacts(args, source, reporter));
    const views = await mapConcurrently(kernels, WORKERS, (kernel) => viewKernel(kernel, source));
    const document = await describe(args, source, driver, views);
    for (const line of describeInfo(document)) context.print(line);
    return { exitStatus: views.find(({ error }) => error)?.error?.exitStatus ?? 0, document };
  };
  return withStoreOf(archives, () => withTemporaryDirectory('info', work));
}

/**
 * Returns the kernels that -k, --headers and the options for archives choose. Without these options, returns all
 * installed kernels with headers, or [] if no kernel has headers.
 */
async function chooseKernels(
  { kernel, headers }: InfoArguments,
  archives: ArchiveChoice | undefined,
  scratch: string,
  reporter: Reporter,
): Promise<readonly KernelChoice[]> {
  if (archives !== undefined) {
    return (await selectArchiveKernels(archives, scratch, reporter)).kernels;
  }
  const unpacked = (await Promise.all(headers.map(findUnpackedHeaders))).flat();
  const all = kernel.length === 0 && unpacked.length === 0;
  if (all && (await installedReleases()).length === 0) return [];
  return selectKernels({ patterns: kernel, all, unpacked });
}

/**
 * Reads the facts about a tree with debian/. Returns undefined for a package, and for a tree without a usable
 * dkms.conf.
 */
async function readTreeFacts(
  args: InfoArguments,
  { isPackage, tree }: DriverSource,
  reporter: Reporter,
): Promise<Driver | undefined> {
  if (isPackage) return undefined;
  try {
    return await readFacts(tree, { conf: args.conf, compile: false });
  } catch (error) {
    if (!(error instanceof ConfError)) throw error;
    // `info` can go on without these facts: it has already read the source that debian/ packs, with its dkms.conf.
    reporter.note(`Cannot read the facts of the tree: ${error.message}.`);
    return undefined;
  }
}

/**
 * Returns the facts about a driver. If the tree has debian/, the values of debian/control replace those of the tree.
 * Returns [] without `driver`.
 */
async function factsOf(source: DriverSource, driver: Driver | undefined): Promise<Explanation[]> {
  if (driver === undefined) return [];
  const facts = explainDriver(driver);
  const isBare = source.driver !== undefined;
  if (isBare) return facts;
  // If debian/control has no synopsis, readSource has completed it from the tree or a template. Such a synopsis is not
  // a fact of debian/control.
  const { paragraphs, synopsis } = source.description;
  const isStated = source.missing?.includes('description') !== true;
  return withPackagedFacts(facts, source.tree, {
    paragraphs,
    synopsis: isStated ? synopsis : undefined,
  });
}

async function describe(
  { source: given }: Pick<InfoArguments, 'source'>,
  source: DriverSource,
  driver: Driver | undefined,
  kernels: readonly KernelView[],
): Promise<InfoDocument> {
  const { description, confFile } = source;
  const { dkmsPackage: name, version } = description;
  // One kernel stands for all: name and version should not depend on the kernel.
  const kernel = { ...referenceKernel(), config: undefined };
  const conf = readConf(await evaluateConf(confFile, { kernel }), kernel);
  return {
    source: given,
    name: conf.name,
    version: conf.version,
    conf: source.conf ?? null,
    facts: await factsOf(source, driver),
    doubts: driver === undefined ? [] : doubtsOf(driver),
    package: {
      name,
      version,
      file: source.isPackage ? basename(given) : debFileName(name, version, 'all'),
    },
    kernels,
  };
}
