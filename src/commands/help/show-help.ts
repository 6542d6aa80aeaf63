import { type Paint, painter } from '../../report/paint.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { commandHelp, generalHelp, helpColumns } from '../command-line/help.ts';
import { unknownCommand } from '../command-line/unknown-command.ts';

export interface HelpArguments {
  readonly command?: string | undefined;
}

/** Prints the help about all commands, or about one command. Throws UsageError for an unknown command. */
export async function showHelp(
  { command }: HelpArguments,
  { print, paint, declarations }: CommandContext,
): Promise<CommandResult> {
  const all = await declarations();
  const found = all.find(({ name }) => name === command);
  if (command !== undefined && found === undefined) {
    throw unknownCommand(
      command,
      all.map(({ name }) => name),
    );
  }
  const help = (painted: Paint) => {
    const layout = { columns: helpColumns(), paint: painted };
    return (found ? commandHelp(found, layout) : generalHelp(all, layout)).trimEnd();
  };
  print(help(paint));
  return {
    exitStatus: 0,
    document: { command: command ?? null, help: `${help(painter(false))}\n` },
  };
}
