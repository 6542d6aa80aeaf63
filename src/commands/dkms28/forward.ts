import { shellWord } from '../../system/text/shell-word.ts';
import type {
  CommandContext,
  CommandDeclaration,
  CommandResult,
  OptionDeclarations,
} from '../command-line/command.ts';
import { longOption } from '../command-line/help.ts';
import { parseArguments } from '../command-line/parse-arguments.ts';
import { IGNORED_OPTIONS } from './options.ts';

/** Calls the command of today that does what the old one did, and says which it is. */
export async function forward(
  declaration: CommandDeclaration,
  argv: readonly string[],
  context: CommandContext,
): Promise<CommandResult> {
  const command = ['dkms-deb', declaration.name, ...argv].map(shellWord).join(' ');
  context.reporter.note(`This is: ${command}`);
  const args = await parseArguments(declaration, [declaration.name, ...argv]);
  const work = await declaration.load();
  return work(args as never, context);
}

/** Says which of the options given have no effect, of IGNORED_OPTIONS and of `others`. */
export function noteIgnored(
  args: Readonly<Record<string, unknown>>,
  { reporter }: CommandContext,
  others: OptionDeclarations = {},
): void {
  const given = Object.entries({ ...IGNORED_OPTIONS, ...others }).filter(([name, option]) => {
    const value = args[name];
    if (Array.isArray(value)) return value.length > 0;
    return value !== undefined && value !== option.default;
  });
  if (given.length === 0) return;
  reporter.note(
    `Without effect: ${given.map(([name, option]) => longOption({ ...option, name })).join(', ')}.`,
  );
}
