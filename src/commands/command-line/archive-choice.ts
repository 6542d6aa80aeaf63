import { openStore } from '../../archives/store/header-store.ts';
import { withStoreInUse } from '../../archives/store/store-lock.ts';
import { UsageError } from '../../errors.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import type { ArchiveChoice } from '../../pipelines/archive-kernels/select-archive-kernels.ts';
import {
  type ArchiveArguments,
  archiveLimits,
  archiveWish,
  wantsArchives,
} from './archive-options.ts';

/** The options that choose kernels. Not every command has all of them. */
interface Choice {
  readonly kernel: readonly string[];
  readonly all?: boolean;
  readonly headers?: readonly string[];
  readonly flavour?: readonly string[];
}

/**
 * Returns the chosen archives, and which of their kernels are wanted. Returns undefined if the options name no archive.
 * Throws UsageError for a wrong value, and for options that cannot be combined.
 */
export async function readArchiveChoice(
  args: ArchiveArguments & Choice,
): Promise<ArchiveChoice | undefined> {
  if (!wantsArchives(args)) return undefined;
  if (args.headers !== undefined && args.headers.length > 0) {
    throw new UsageError('--headers cannot be combined with --suite, --sources or --offline');
  }
  const limits = archiveLimits(args);
  const wish = archiveWish(args, await hostArchitecture());
  const { architectures } = wish;
  const filter = { patterns: args.kernel, flavours: args.flavour ?? [], architectures, ...limits };
  return { wish, filter };
}

/**
 * Throws UsageError unless -k, --flavour or --latest says for which kernels of the archives to build. The caller does
 * not call this function with --all.
 */
export function refuseUnnamed({ filter: { patterns, flavours, latest } }: ArchiveChoice): void {
  if (patterns.length > 0 || flavours.length > 0 || latest !== undefined) return;
  throw new UsageError('no kernel of the archive is named', {
    hint: "Name kernels: -k '*-amd64', --flavour amd64, --latest 1, or --all for every kernel.",
  });
}

/**
 * Calls `work`. Until `work` ends, no other run can remove headers from the store of `archives`. Without archives, only
 * calls `work`. Throws the errors of withStoreInUse.
 */
export function withStoreOf<T>(
  archives: ArchiveChoice | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return archives === undefined ? work() : withStoreInUse(openStore(archives.wish.store), work);
}
