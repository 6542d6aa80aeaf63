import type { EXIT } from '../../errors.ts';
import type { CommandReporter } from '../../report/reporter.ts';

/** What cli.ts gives every command. */
export interface CommandContext {
  readonly reporter: CommandReporter;
  /** Results on stdout: one line each, or with --json the document at the end. */
  readonly json: boolean;
  print(line: string): void;
  /** Every command. */
  declarations(): Promise<readonly CommandDeclaration[]>;
}

/** What a command did: the exit status, and the document that --json prints. */
export interface CommandResult {
  readonly exitStatus: number;
  readonly document: unknown;
}

/** What a word of the command line is, for completion. */
export type Completes = 'file' | 'directory' | 'deb' | 'kernel';

export interface PositionalDeclaration {
  /** As the command's arguments have it; in help and man pages in capitals. */
  readonly name: string;
  readonly describe: string;
  /** One at least; several words where `repeat` is set. */
  readonly required?: boolean;
  readonly repeat?: boolean;
  readonly default?: string;
  readonly completes?: Completes;
  readonly choices?: readonly string[];
}

export interface OptionDeclaration {
  /** Heading in help and man page; groups come in the order in which they are first named. */
  readonly group: string;
  readonly type: 'boolean' | 'string' | 'number';
  /** One letter. */
  readonly alias?: string;
  /** A clause without a full stop. */
  readonly describe: string;
  /** What help and man page call the value: `DIR`. Not needed where there are `choices`. */
  readonly argument?: string;
  /** `--sign[=KEY]`: may stand alone, its value is then empty. */
  readonly optionalArgument?: boolean;
  /** May be given several times: the command gets a list. */
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
  /** True for a boolean: help and man page show it as `--no-NAME`, which switches it off. */
  readonly default?: boolean | string | number | readonly string[];
  readonly completes?: Completes;
}

/** By name, without the dashes; the command gets them in camelCase. */
export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

export interface Example {
  /** A whole command line. */
  readonly command: string;
  readonly describe: string;
}

/**
 * A command as data: what yargs parses, --help, the man page and the completions are made of it.
 * It is cheap to load; `load` imports what does the work, only when the command was asked for.
 */
export interface CommandDeclaration<Arguments = never> {
  readonly name: string;
  /** Heading of the list of commands in which it stands; undefined: the first. */
  readonly section?: string;
  readonly positionals: readonly PositionalDeclaration[];
  /** One line, as the man page's NAME has it: `write a complete debian/ directory`. */
  readonly purpose: string;
  /** For the man page: paragraphs in plain text, what a person types in `backquotes`. */
  readonly description: readonly string[];
  readonly options: OptionDeclarations;
  /** The first two are in --help, all are in the man page. */
  readonly examples: readonly [Example, Example, ...Example[]];
  /** Of its own, beside 0, 1 and 2, which every command has. */
  readonly exits: readonly (keyof typeof EXIT)[];
  load(): Promise<(args: Arguments, context: CommandContext) => Promise<CommandResult>>;
}

/** `-o DIR`, the same for every command that writes. */
export const OUTPUT_OPTION: OptionDeclaration = {
  group: 'Results',
  alias: 'o',
  type: 'string',
  argument: 'DIR',
  default: '..',
  completes: 'directory',
  describe: 'directory for the results, made if missing',
};

/** `--dry-run`, the same for every command that writes. */
export const DRY_RUN_OPTION: OptionDeclaration = {
  group: 'Results',
  type: 'boolean',
  default: false,
  describe: 'write nothing, only say what would be written',
};

/** Options that every command has. */
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
    describe: 'say nothing but errors',
  },
  verbose: {
    group: 'Common options',
    type: 'boolean',
    default: false,
    describe: 'say what programs are run, what they say, what dkms.conf came to, and times',
  },
  color: {
    group: 'Common options',
    type: 'string',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    describe: 'colours in messages',
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
