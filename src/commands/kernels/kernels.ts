import { chooseKernels } from '../../archives/kernels/choose-kernels.ts';
import { pruneStore } from '../../archives/prune-store.ts';
import { openStore } from '../../archives/store/header-store.ts';
import { UsageError } from '../../errors.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import { withDroppedKernels } from '../../pipelines/archive-kernels/dropped-kernels.ts';
import { openArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import {
  type ArchiveArguments,
  archiveLimits,
  archiveWish,
  wantsArchives,
} from '../command-line/archive-options.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { describeKernels, kernelDocument, markdownOf, megabytes } from './describe-kernels.ts';

export interface KernelsArguments extends ArchiveArguments {
  readonly patterns: readonly string[];
  readonly flavour: readonly string[];
  readonly md: boolean;
  readonly prune: boolean;
  readonly dryRun: boolean;
}

/**
 * Prints a table of the kernels that archives have. With --prune, prints no table, but removes from the store what
 * is no longer needed.
 */
export async function kernels(
  args: KernelsArguments,
  context: CommandContext,
): Promise<CommandResult> {
  if (args.prune) return prune(args, context);
  if (!wantsArchives(args)) {
    throw new UsageError('no archive is named', {
      hint: 'Name a suite, such as --suite trixie, or a file with sources: --sources FILE.',
    });
  }
  const wish = archiveWish(args, await hostArchitecture());
  const limits = archiveLimits(args);
  const archives = await openArchives(wish, context.reporter);
  const { architectures } = wish;
  const filter = { patterns: args.patterns, flavours: args.flavour, architectures, ...limits };
  const found = await withDroppedKernels(archives, args.patterns, wish, context.reporter);
  const chosen = chooseKernels(found, filter);
  for (const line of args.md ? markdownOf(chosen) : describeKernels(chosen)) context.print(line);
  const document = { kernels: chosen.map((kernel) => kernelDocument(kernel, archives.store)) };
  return { exitStatus: 0, document };
}

async function prune(args: KernelsArguments, context: CommandContext): Promise<CommandResult> {
  if (args.suite.length > 0 || args.sources.length > 0 || args.patterns.length > 0) {
    throw new UsageError('--prune cannot be combined with suites, sources or patterns', {
      hint: 'Give --prune alone, or with --store DIR.',
    });
  }
  const store = openStore(args.store);
  const { removed, bytes } = await pruneStore(store, new Date(), args.dryRun);
  const what = args.dryRun ? 'would be removed' : 'removed';
  if (removed > 0) {
    context.reporter.note(
      'Packages of modules that you have published were not considered: dkms-deb does not know them.',
    );
  }
  context.print(`${store.directory}: ${removed} objects ${what}, ${megabytes(bytes)}`);
  return { exitStatus: 0, document: { store: store.directory, removed, bytes } };
}
