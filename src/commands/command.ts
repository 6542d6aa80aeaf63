import type { Argv } from 'yargs';
import type { Reporter } from '../report/reporter.ts';

/** What cli.ts gives every command. */
export interface CommandContext {
  readonly reporter: Reporter;
  /** Results on stdout: one line each, or with --json the document at the end. */
  readonly json: boolean;
  print(line: string): void;
}

/** What a command did: the exit status, and the document that --json prints. */
export interface CommandResult {
  readonly exitStatus: number;
  readonly document: unknown;
}

/**
 * A command as cli.ts declares it: cheap to load. `load` imports what does the work, only when the
 * command is the one that was asked for.
 */
export interface CommandDeclaration<Arguments> {
  /** As yargs has it: `init [dir]`. */
  readonly command: string;
  /** One line. */
  readonly purpose: string;
  /** Declares the options; yargs gives them to the command in camelCase. */
  options(yargs: Argv): Argv;
  load(): Promise<(args: Arguments, context: CommandContext) => Promise<CommandResult>>;
}

/** `-o DIR`, the same for every command that writes. */
export const OUTPUT_OPTION = {
  alias: 'o',
  type: 'string',
  default: '..',
  describe: 'directory for the results, made if missing',
} as const;
