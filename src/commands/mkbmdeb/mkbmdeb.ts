import { release } from 'node:os';
import { DkmsDebError, UsageError } from '../../errors.ts';
import { bmdebCommand } from '../bmdeb/declaration.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { findDriver, type ModuleArguments } from '../dkms28/driver.ts';
import { forward, noteIgnored } from '../dkms28/forward.ts';
import { refuseBoth } from '../dkms28/refuse-both.ts';

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

/** `dkms mkbmdeb` of DKMS 2.8: `bmdeb` of the named driver, into the place where DKMS put it. */
export async function mkbmdeb(
  args: MkbmdebArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  if (args.sourceOnly)
    throw new UsageError('--source-only: compiled modules are what mkbmdeb is for');
  const kernels = kernelsOf(args);
  const { directory, output } = await findDriver('mkbmdeb', args, 'bmdeb');
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

/** DKMS's pairs of kernel and architecture, with its statuses for what does not fit together. */
function kernelsOf({ kernelver, arch, all }: MkbmdebArguments): string[] {
  const refuse = (exitStatus: number, message: string) =>
    new DkmsDebError('usage', exitStatus, message, { hint: 'See dkms-deb mkbmdeb --help.' });
  if (arch.length > 1 && arch.length !== kernelver.length) {
    throw refuse(
      1,
      `there are ${arch.length} -a and ${kernelver.length} -k: one for all, or one for each`,
    );
  }
  if (all && kernelver.length > 0) throw refuse(2, '-k and --all exclude each other');
  if (all && arch.length > 0) throw refuse(3, '-a and --all exclude each other');
  if (all) return ['--all'];
  const releases = kernelver.length === 0 ? [release()] : kernelver;
  return releases.flatMap((kernel, i) => {
    const machine = arch.length > 1 ? arch[i] : arch[0];
    return ['-k', machine === undefined || kernel.includes('/') ? kernel : `${kernel}/${machine}`];
  });
}
