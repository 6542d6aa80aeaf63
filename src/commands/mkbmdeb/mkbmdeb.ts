import { release } from 'node:os';
import { DkmsDebError, UsageError } from '../../errors.ts';
import { bmdebCommand } from '../bmdeb/declaration.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { findDriver, type ModuleArguments } from '../dkms28/driver.ts';
import { forward, noteIgnored, refuseBoth } from '../dkms28/forward.ts';

export interface MkbmdebArguments extends ModuleArguments {
  readonly kernelver: readonly string[];
  readonly arch: readonly string[];
  readonly all: boolean;
  readonly sourceOnly: boolean;
  readonly binariesOnly: boolean;
  readonly kernelsourcedir?: string | undefined;
  readonly conf?: string | undefined;
  readonly jobs?: number | undefined;
  readonly dryRun: boolean;
}

/** The command that replaces `dkms mkbmdeb` of DKMS 2.8. It runs `bmdeb` for the named driver. */
export async function mkbmdeb(
  args: MkbmdebArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  if (args.sourceOnly)
    throw new UsageError('--source-only is not supported by mkbmdeb, which packs modules');
  const kernels = kernelsOf(args);
  const { directory, output } = await findDriver('mkbmdeb', args);
  noteIgnored({ ...args }, context);
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [name, String(value)];
  const argv = [
    ...kernels,
    ...(args.dryRun ? ['--dry-run'] : []),
    ...option('--headers', args.kernelsourcedir),
    ...option('--conf', args.conf),
    ...option('-j', args.jobs),
    ...['-o', output, directory],
  ];
  return forward(bmdebCommand, argv, context);
}

/**
 * Converts the options -k and -a of DKMS, which form pairs, to options of bmdeb. If the options conflict, throws errors
 * with the exit statuses of DKMS.
 */
function kernelsOf({ kernelver, arch, all }: MkbmdebArguments): string[] {
  const refuse = (exitStatus: number, message: string) =>
    new DkmsDebError('usage', exitStatus, message, { hint: 'See dkms-deb mkbmdeb --help.' });
  if (arch.length > 1 && arch.length !== kernelver.length) {
    throw refuse(
      1,
      `${arch.length} -a for ${kernelver.length} -k: give one -a for all kernels, or one for each`,
    );
  }
  if (all && kernelver.length > 0) throw refuse(2, '-k and --all cannot be combined');
  if (all && arch.length > 0) throw refuse(3, '-a and --all cannot be combined');
  if (all) return ['--all'];
  const releases = kernelver.length === 0 ? [release()] : kernelver;
  return releases.flatMap((kernel, i) => {
    const machine = arch.length > 1 ? arch[i] : arch[0];
    return ['-k', machine === undefined || kernel.includes('/') ? kernel : `${kernel}/${machine}`];
  });
}
