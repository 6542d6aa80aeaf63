import { UsageError } from '../../errors.ts';
import { serve } from '../../lsp/serve.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';

export interface LspArguments {
  readonly evaluate: boolean;
  readonly stdio: boolean;
}

/** Serves an editor on standard input and standard output until the editor ends. */
export async function lsp(
  { evaluate }: LspArguments,
  { json, reporter }: CommandContext,
): Promise<CommandResult> {
  if (json) {
    throw new UsageError('lsp has no document for --json', {
      hint: 'Leave --json out: standard output carries the protocol.',
    });
  }
  if (process.stdin.isTTY) {
    reporter.note(
      'waiting for an editor on standard input (docs/guides/editor.md); Ctrl-C ends dkms-deb',
    );
  }
  const exitStatus = await serve(process.stdin, process.stdout, { evaluate });
  // If the editor keeps the pipe open, the open stream would keep this process from ending.
  process.stdin.destroy();
  return { exitStatus, document: undefined };
}
