import type { PublishedKernel } from '../../archives/kept-kernels.ts';
import { chooseKernels } from '../../archives/kernels/choose-kernels.ts';
import { pruneStore } from '../../archives/prune-store.ts';
import { openStore } from '../../archives/store/header-store.ts';
import { InputError, UsageError } from '../../errors.ts';
import { readRepository } from '../../fleet/record/read-repository.ts';
import { readStatusRecord } from '../../fleet/record/status-record.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import { withDroppedKernels } from '../../pipelines/archive-kernels/dropped-kernels.ts';
import { openArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import { isUrl } from '../../repository/repository-layout.ts';
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
  readonly repo: readonly string[];
  readonly key: readonly string[];
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
  if (args.repo.length > 0 || args.key.length > 0) {
    throw new UsageError('--repo and --key need --prune', { hint: 'Add --prune.' });
  }
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
  const chosen = chooseKernels(found, filter, context.reporter);
  for (const line of args.md ? markdownOf(chosen) : describeKernels(chosen)) context.print(line);
  const document = { kernels: chosen.map((kernel) => kernelDocument(kernel, archives.store)) };
  return { exitStatus: 0, document };
}

async function prune(args: KernelsArguments, context: CommandContext): Promise<CommandResult> {
  if (args.suite.length > 0 || args.sources.length > 0 || args.patterns.length > 0) {
    throw new UsageError('--prune cannot be combined with suites, sources or patterns', {
      hint: 'Leave them out. Only --store, --repo, --key and --dry-run can be combined with --prune.',
    });
  }
  const store = openStore(args.store);
  const published = await publishedKernels(args, context);
  const { removed, bytes } = await pruneStore(store, {
    now: new Date(),
    published,
    dryRun: args.dryRun,
  });
  const what = args.dryRun ? 'would be removed' : 'removed';
  if (removed > 0 && args.repo.length === 0) {
    context.reporter.note(
      'Published modules were not considered: name their repositories with --repo.',
    );
  }
  context.print(`${store.directory}: ${removed} objects ${what}, ${megabytes(bytes)}`);
  return { exitStatus: 0, document: { store: store.directory, removed, bytes } };
}

/**
 * Returns the kernels for which the repositories of --repo have modules. Throws InputError `repository-unreadable` if
 * the contents of a repository are not known.
 */
async function publishedKernels(
  { repo, key }: KernelsArguments,
  { reporter }: CommandContext,
): Promise<PublishedKernel[]> {
  const kernels: PublishedKernel[] = [];
  for (const repository of repo) {
    const record = await readStatusRecord(repository, (what) =>
      reporter.warn(`${what}; only the package index of ${repository} is used`),
    );
    // If the packages of a repository are not known, --prune would remove headers that these packages need.
    if (isUrl(repository) && record.kernels.length === 0) {
      throw unknownContents(`${repository} does not say which suites it has`);
    }
    const of = { repository, suites: [], keys: key };
    const { suites, packages } = await readRepository(of, record);
    if (suites.length === 0) throw unknownContents(`${repository} has no index`);
    for (const { kernelRelease, kernelVersion, architecture } of packages) {
      if (kernelRelease === '') continue;
      kernels.push({ release: kernelRelease, version: kernelVersion, architecture });
    }
  }
  return kernels;
}

function unknownContents(message: string): InputError {
  return new InputError('repository-unreadable', message, {
    hint: 'Name the directory that has dists/. A URL must have the dkms-deb/status.json that publish writes for a plan.',
  });
}
