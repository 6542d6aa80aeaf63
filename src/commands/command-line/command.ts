import type { EXIT } from '../../errors.ts';
import type { Paint } from '../../report/paint.ts';
import type { Questioner } from '../../report/question.ts';
import type { CommandReporter } from '../../report/reporter.ts';
import type { EnvironmentKey, FileKey } from './surroundings.ts';

/** The services that cli.ts provides to every command. */
export interface CommandContext {
  readonly reporter: CommandReporter;
  /** Whether --json was given. If so, stdout has only the document of the CommandResult. */
  readonly json: boolean;
  /** Prints one line of the results to stdout. Does nothing with --json. */
  print(line: string): void;
  /** Styles a part of a line for print(), if stdout supports colours. */
  readonly paint: Paint;
  /** Asks the person at the terminal. Unset if there is no such person, and with --json or --quiet. */
  readonly questions?: Questioner | undefined;
  /** Loads and returns the declarations of all commands. */
  declarations(): Promise<readonly CommandDeclaration[]>;
}

/** The result of a command: its exit status and the document that --json prints. */
export interface CommandResult {
  readonly exitStatus: number;
  readonly document: unknown;
}

/** The kind of completions that the shell offers for a word. */
export type Completes = 'file' | 'directory' | 'deb' | 'kernel' | 'command';

export interface PositionalDeclaration {
  /** The name under which the command gets the argument. Help and man page show it in capitals. */
  readonly name: string;
  readonly describe: string;
  /** Whether at least one word is required. */
  readonly required?: boolean;
  /** Whether several words may be given. The command then gets a list. */
  readonly repeat?: boolean;
  readonly default?: string;
  readonly completes?: Completes;
  readonly choices?: readonly string[];
}

export interface OptionDeclaration {
  /** The heading of the option's group in help and man page. The groups are in the order of their first options. */
  readonly group: string;
  readonly type: 'boolean' | 'string' | 'number';
  /** A short name for the option, of one letter. */
  readonly alias?: string;
  /** What the option does, as a clause without a full stop. */
  readonly describe: string;
  /** The name of the option's value in help and man page, such as `DIR`. Not needed with `choices`. */
  readonly argument?: string;
  /** Whether the value is optional, as in `--sign[=KEY]`. Without a value, the command gets ''. */
  readonly optionalArgument?: boolean;
  /** Whether the option may be given several times. The command then gets a list. */
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
  /** The default value. For a boolean option with the default true, help and man page show `--no-NAME`. */
  readonly default?: boolean | string | number | readonly string[];
  readonly completes?: Completes;
}

/** Options by name, without dashes. The command gets their values in camelCase. */
export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

export interface Example {
  /** A whole command line as an example. */
  readonly command: string;
  readonly describe: string;
}

/**
 * A command as data. The parser, --help, the man page and the completions are made from it. A declaration is quickly
 * loaded; `load` imports the code of the command.
 */
export interface CommandDeclaration<Arguments = never> {
  readonly name: string;
  /** The heading for this command in the list of commands. The default is `Commands`. */
  readonly section?: string;
  readonly positionals: readonly PositionalDeclaration[];
  /**
   * What the command does, in one line for the section NAME of the man page, such as `write a complete debian/
   * directory`.
   */
  readonly purpose: string;
  /** Paragraphs of plain text for the man page, with code in `backquotes`. */
  readonly description: readonly string[];
  readonly options: OptionDeclarations;
  /** The examples. --help shows the first two, the man page shows all. */
  readonly examples: readonly [Example, Example, ...Example[]];
  /** The exit statuses that the command may have, in addition to 0 and COMMON_EXITS. */
  readonly exits: readonly (keyof typeof EXIT)[];
  /** The environment variables that the command reads, in addition to COMMON_ENVIRONMENT, for the man page. */
  readonly environment: readonly EnvironmentKey[];
  /** The files that the command reads and writes at known places, for the man page. At least one. */
  readonly files: readonly [FileKey, ...FileKey[]];
  load(): Promise<(args: Arguments, context: CommandContext) => Promise<CommandResult>>;
}

/** The option `-o DIR`, for commands that write packages. */
export const OUTPUT_OPTION: OptionDeclaration = {
  group: 'Results',
  alias: 'o',
  type: 'string',
  argument: 'DIR',
  default: '..',
  completes: 'directory',
  describe: 'directory for the results, made if missing',
};

/** The option `--dry-run`, for commands that write files. */
export const DRY_RUN_OPTION: OptionDeclaration = {
  group: 'Results',
  type: 'boolean',
  default: false,
  describe: 'only list what would be written',
};

/** Options of commands that write files which the user may edit afterwards. */
export const EDITABLE_FILE_OPTIONS = {
  force: {
    group: 'Results',
    type: 'boolean',
    default: false,
    describe: 'overwrite files that you have edited',
  },
  'dry-run': DRY_RUN_OPTION,
  diff: {
    group: 'Results',
    type: 'boolean',
    default: false,
    describe: 'only show what would change',
  },
} as const satisfies OptionDeclarations;

/** The options of every command. */
export const COMMON_OPTIONS = {
  json: {
    group: 'Common options',
    type: 'boolean',
    default: false,
    describe: 'print results and errors as JSON',
  },
  quiet: {
    group: 'Common options',
    alias: 'q',
    type: 'boolean',
    default: false,
    describe: 'print only results and errors',
  },
  verbose: {
    group: 'Common options',
    type: 'boolean',
    default: false,
    describe:
      'print the programs that are run, their output and times, and the values of dkms.conf',
  },
  color: {
    group: 'Common options',
    type: 'string',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    describe: 'use colours in messages, help and findings',
  },
  help: {
    group: 'Common options',
    alias: 'h',
    type: 'boolean',
    default: false,
    describe: 'show this help',
  },
  version: {
    group: 'Common options',
    alias: 'V',
    type: 'boolean',
    default: false,
    describe: 'show the version of dkms-deb',
  },
} as const satisfies OptionDeclarations;
