import { UsageError } from '../../errors.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import type { ArchiveChoice } from '../../pipelines/archive-kernels/select-archive-kernels.ts';
import {
  type ArchiveArguments,
  archiveLimits,
  archiveWish,
  wantsArchives,
} from '../command-line/archive-options.ts';

/** The options of bmdeb that choose the kernels to build for. */
interface Choice {
  readonly kernel: readonly string[];
  readonly all: boolean;
  readonly headers: readonly string[];
  readonly flavour: readonly string[];
}

/** Returns which kernels of archives are wanted; undefined if none. Throws UsageError. */
export async function readArchiveWish(
  args: ArchiveArguments & Choice,
): Promise<ArchiveChoice | undefined> {
  if (!wantsArchives(args)) return undefined;
  if (args.headers.length > 0) {
    throw new UsageError('--headers cannot be combined with --suite, --sources or --offline');
  }
  const limits = archiveLimits(args);
  if (
    args.kernel.length === 0 &&
    args.flavour.length === 0 &&
    !args.all &&
    limits.latest === undefined
  ) {
    throw new UsageError('no kernel of the archive is named', {
      hint: "Name some: -k '*-amd64', --flavour amd64, --latest 1, or --all for every kernel.",
    });
  }
  const wish = archiveWish(args, await hostArchitecture());
  const { architectures } = wish;
  const filter = { patterns: args.kernel, flavours: args.flavour, architectures, ...limits };
  return { wish, filter };
}
