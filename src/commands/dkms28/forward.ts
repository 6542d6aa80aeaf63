import { DkmsDebError, EXIT } from '../../errors.ts';
import { shellLine } from '../../system/text/shell-word.ts';
import type {
  CommandContext,
  CommandDeclaration,
  CommandResult,
  OptionDeclarations,
} from '../command-line/command.ts';
import { longOption } from '../command-line/help.ts';
import { parseArguments } from '../command-line/parse-arguments.ts';
import { IGNORED_OPTIONS } from './options.ts';

/** Runs the command of dkms-deb that replaces an action of DKMS 2.8. A note shows the command line of dkms-deb. */
export async function forward(
  declaration: CommandDeclaration,
  argv: readonly string[],
  context: CommandContext,
): Promise<CommandResult> {
  const command = shellLine(['dkms-deb', declaration.name, ...argv]);
  context.reporter.note(`Running: ${command}`);
  const args = await parseArguments(declaration, [declaration.name, ...argv]);
  const work = await declaration.load();
  return work(args as never, context);
}

/** Throws an error with the exit status of DKMS if both --source-only and --binaries-only are given. */
export function refuseBoth(args: { sourceOnly: boolean; binariesOnly: boolean }): void {
  if (!args.sourceOnly || !args.binariesOnly) return;
  throw new DkmsDebError(
    'usage',
    EXIT.badConf,
    '--source-only and --binaries-only cannot be combined',
  );
}

/** Names in a note those given options that have no effect: options of IGNORED_OPTIONS and of `others`. */
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
    `Ignored options: ${given.map(([name, option]) => longOption({ ...option, name })).join(', ')}.`,
  );
}
