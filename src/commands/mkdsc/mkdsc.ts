import type { CommandContext, CommandResult } from '../command.ts';
import { buildNamed, type MkdebArguments } from '../mkdeb/mkdeb.ts';

/** `dkms mkdsc` of DKMS 2.8: `build -S` of the named driver, into the place where DKMS put it. */
export async function mkdsc(args: MkdebArguments, context: CommandContext): Promise<CommandResult> {
  return buildNamed('mkdsc', 'dsc', '-S', args, context);
}
