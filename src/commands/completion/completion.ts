import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { bashCompletion } from '../documents/bash-completion.ts';
import { fishCompletion } from '../documents/fish-completion.ts';
import { zshCompletion } from '../documents/zsh-completion.ts';

const WRITERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export interface CompletionArguments {
  readonly shell: keyof typeof WRITERS;
}

/** Prints the completion script of a shell. */
export async function completion(
  { shell }: CompletionArguments,
  { print, declarations }: CommandContext,
): Promise<CommandResult> {
  const script = WRITERS[shell](await declarations());
  print(script.trimEnd());
  return { exitStatus: 0, document: { shell, script } };
}
