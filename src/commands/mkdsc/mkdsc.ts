import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { type BuildNamedArguments, buildNamed } from '../dkms28/build-named.ts';

/** `dkms mkdsc` of DKMS 2.8: `build -S` of the named driver, into the place where DKMS put it. */
export async function mkdsc(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdsc', 'dsc', '-S', args, context);
}
