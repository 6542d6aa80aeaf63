import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { type BuildNamedArguments, buildNamed } from '../dkms28/build-named.ts';

/** `dkms mkdeb` of DKMS 2.8: `build` of the named driver, into the place where DKMS put it. */
export async function mkdeb(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdeb', 'deb', '-b', args, context);
}
