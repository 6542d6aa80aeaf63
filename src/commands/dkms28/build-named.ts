import { buildCommand } from '../build/declaration.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { findDriver, type ModuleArguments } from './driver.ts';
import { forward, noteIgnored, refuseBoth } from './forward.ts';
import { BINARIES_ONLY_OPTION, KERNEL_OPTIONS } from './options.ts';

/** The values of BUILD_OPTIONS. */
export interface BuildNamedArguments extends ModuleArguments {
  readonly sourceOnly: boolean;
  readonly binariesOnly: boolean;
  readonly dryRun: boolean;
}

/** The command that replaces `dkms mkdeb` of DKMS 2.8: runs `build -b` for the named driver. */
export async function mkdeb(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdeb', '-b', args, context);
}

/** The command that replaces `dkms mkdsc` of DKMS 2.8: runs `build -S` for the named driver. */
export async function mkdsc(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdsc', '-S', args, context);
}

async function buildNamed(
  action: 'mkdeb' | 'mkdsc',
  type: '-b' | '-S',
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  const { directory, output } = await findDriver(action, args);
  noteIgnored({ ...args }, context, { ...KERNEL_OPTIONS, ...BINARIES_ONLY_OPTION });
  const dryRun = args.dryRun ? ['--dry-run'] : [];
  return forward(buildCommand, [type, ...dryRun, '-o', output, directory], context);
}
