import { DkmsDebError, EXIT } from '../../errors.ts';
import { buildCommand } from '../build/declaration.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { findDriver, type ModuleArguments } from '../dkms28/driver.ts';
import { forward, noteIgnored } from '../dkms28/forward.ts';
import { BINARIES_ONLY_OPTION, KERNEL_OPTIONS } from '../dkms28/options.ts';

export interface MkdebArguments extends ModuleArguments {
  readonly sourceOnly: boolean;
  readonly binariesOnly: boolean;
  readonly dryRun: boolean;
}

/** `dkms mkdeb` of DKMS 2.8: `build` of the named driver, into the place where DKMS put it. */
export async function mkdeb(args: MkdebArguments, context: CommandContext): Promise<CommandResult> {
  return buildNamed('mkdeb', 'deb', '-b', args, context);
}

/** What mkdeb and mkdsc have in common. */
export async function buildNamed(
  action: 'mkdeb' | 'mkdsc',
  results: 'deb' | 'dsc',
  type: '-b' | '-S',
  args: MkdebArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  const { directory, output } = await findDriver(action, args, results);
  noteIgnored({ ...args }, context, { ...KERNEL_OPTIONS, ...BINARIES_ONLY_OPTION });
  const dryRun = args.dryRun ? ['--dry-run'] : [];
  return forward(buildCommand, [type, ...dryRun, '-o', output, directory], context);
}

/** DKMS's own status for it. */
export function refuseBoth(args: { sourceOnly: boolean; binariesOnly: boolean }): void {
  if (!args.sourceOnly || !args.binariesOnly) return;
  throw new DkmsDebError(
    'usage',
    EXIT.badConf,
    '--source-only and --binaries-only exclude each other',
  );
}
