import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { helpColumns } from '../command-line/help.ts';
import type { LintArguments } from './lint-arguments.ts';

/** Explains a word, or checks a driver. The code for checks is not loaded for an explanation. */
export async function lint(args: LintArguments, context: CommandContext): Promise<CommandResult> {
  if (args.explain !== undefined) return explainWord(args.explain, context);
  const { checkDriver } = await import('./check-driver.ts');
  return checkDriver(args, context);
}

/** Prints the explanation of a word. No tree is read. */
async function explainWord(word: string, { print, paint }: CommandContext): Promise<CommandResult> {
  const { describeExplanation, explain } = await import('./explain-word.ts');
  const explained = await explain(word);
  for (const line of describeExplanation(explained, { columns: helpColumns(), paint })) print(line);
  const summary = { errors: 0, warnings: 0, infos: 0 };
  return { exitStatus: 0, document: { files: [], findings: [], fixed: [], summary, explained } };
}
