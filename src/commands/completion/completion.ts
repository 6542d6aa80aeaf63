import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { bashCompletion } from '../documents/bash-completion.ts';
import { zshCompletion } from '../documents/zsh-completion.ts';

export interface CompletionArguments {
  readonly shell: 'bash' | 'zsh';
}

/** Prints the completion script of a shell. */
export async function completion(
  { shell }: CompletionArguments,
  { print, declarations }: CommandContext,
): Promise<CommandResult> {
  const write = shell === 'bash' ? bashCompletion : zshCompletion;
  const script = write(await declarations());
  print(script.trimEnd());
  return { exitStatus: 0, document: { shell, script } };
}
