import { version } from '../../system/text/project-file.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';

/** Prints the version of dkms-deb. */
export async function showVersion(_: unknown, { print }: CommandContext): Promise<CommandResult> {
  print(version());
  return { exitStatus: 0, document: { version: version(), node: process.versions.node } };
}
