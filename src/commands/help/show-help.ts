import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { commandHelp, generalHelp, helpColumns } from '../command-line/help.ts';
import { unknownCommand } from '../command-line/unknown-command.ts';

export interface HelpArguments {
  readonly command?: string | undefined;
}

/** Prints the help about all commands, or about one. */
export async function showHelp(
  { command }: HelpArguments,
  { print, declarations }: CommandContext,
): Promise<CommandResult> {
  const all = await declarations();
  const found = all.find(({ name }) => name === command);
  if (command !== undefined && found === undefined) {
    throw unknownCommand(
      command,
      all.map(({ name }) => name),
    );
  }
  const text = found ? commandHelp(found, helpColumns()) : generalHelp(all, helpColumns());
  print(text.trimEnd());
  return { exitStatus: 0, document: { command: command ?? null, help: text } };
}
