import { buildCommand } from '../build/declaration.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { findDriver, type ModuleArguments } from './driver.ts';
import { forward, noteIgnored } from './forward.ts';
import { BINARIES_ONLY_OPTION, KERNEL_OPTIONS } from './options.ts';
import { refuseBoth } from './refuse-both.ts';

/** BUILD_OPTIONS, as mkdeb and mkdsc get them. */
export interface BuildNamedArguments extends ModuleArguments {
  readonly sourceOnly: boolean;
  readonly binariesOnly: boolean;
  readonly dryRun: boolean;
}

/** `build` of the named driver, into the place where DKMS put the results of such an action. */
export async function buildNamed(
  action: 'mkdeb' | 'mkdsc',
  results: 'deb' | 'dsc',
  type: '-b' | '-S',
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  const { directory, output } = await findDriver(action, args, results);
  noteIgnored({ ...args }, context, { ...KERNEL_OPTIONS, ...BINARIES_ONLY_OPTION });
  const dryRun = args.dryRun ? ['--dry-run'] : [];
  return forward(buildCommand, [type, ...dryRun, '-o', output, directory], context);
}
