import { Parser } from 'yargs/helpers';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import { someNames } from '../../system/text/some-names.ts';
import {
  COMMON_OPTIONS,
  type CommandDeclaration,
  type OptionDeclaration,
  type OptionDeclarations,
} from './command.ts';
import { longOption, optionSyntax } from './help.ts';

/**
 * Parses the command line by the declaration of the command. Returns the arguments by their names in camelCase. `argv`
 * includes the name of the command. `settings` are default values, by the names of the options. They replace the
 * default values in the declaration. Throws UsageError, with a hint, for anything that the declaration does not allow.
 */
export async function parseArguments(
  declaration: CommandDeclaration,
  argv: readonly string[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const options: OptionDeclarations = {
    ...declaration.options,
    ...COMMON_OPTIONS,
  };
  const usage: Usage = (message, hint) =>
    new UsageError(message, {
      hint: `${hint ?? ''}See dkms-deb ${declaration.name} --help.`,
    });
  refuseUnknownOptions(argv, options, usage);
  const { argv: parsed, error } = Parser.detailed([...argv], parserOptions(options, settings));
  if (error) throw usage(reworded(error.message, options));
  const { _: words, ...given } = parsed;
  for (const [name, option] of Object.entries(options)) {
    const problem = valueProblem(name, option, given[name]);
    if (problem !== undefined) throw usage(problem);
  }
  // The first word of `argv` is the name of the command.
  return { ...given, ...readPositionals(declaration, words.slice(1).map(String), usage) };
}

type Usage = (message: string, hint?: string) => UsageError;

/**
 * Returns options for the parser of yargs. The help and the validation of yargs are not used, because dkms-deb makes
 * both from the declaration.
 */
function parserOptions(options: OptionDeclarations, settings: Readonly<Record<string, unknown>>) {
  const all = Object.entries<OptionDeclaration>(options);
  const named = (test: (option: OptionDeclaration) => boolean | undefined) =>
    all.filter(([, option]) => test(option)).map(([name]) => name);
  const pick = <T>(value: (option: OptionDeclaration) => T | undefined) =>
    Object.fromEntries(
      all.flatMap(([name, option]) => {
        const found = value(option);
        return found === undefined ? [] : [[name, found] as const];
      }),
    );
  return {
    alias: pick(({ alias }) => alias),
    string: named(({ type }) => type === 'string'),
    number: named(({ type }) => type === 'number'),
    boolean: named(({ type }) => type === 'boolean'),
    array: named(({ repeat }) => repeat),
    narg: pick(({ type, optionalArgument }) =>
      type === 'boolean' || optionalArgument ? undefined : 1,
    ),
    default: {
      ...pick(({ default: value }) => (Array.isArray(value) ? [...value] : value)),
      ...settings,
    },
    configuration: { 'dot-notation': false, 'parse-positional-numbers': false },
  };
}

function readPositionals(
  { positionals }: CommandDeclaration,
  words: readonly string[],
  usage: Usage,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let rest = [...words];
  for (const { name, required, repeat, default: value, choices } of positionals) {
    if (required && rest.length === 0) throw usage(`${name.toUpperCase()} is required`);
    const taken = rest.slice(0, repeat ? undefined : 1);
    rest = rest.slice(taken.length);
    const wrong = choices && taken.find((word) => !choices.includes(word));
    if (choices && wrong !== undefined) {
      throw usage(`${name.toUpperCase()} ${notOneOf(wrong, choices)}`);
    }
    values[name] = repeat ? taken : (taken[0] ?? value);
  }
  if (rest.length > 0) throw usage(`too many arguments: ${someNames(rest)}`);
  return values;
}

/**
 * Throws UsageError for unknown options. A word before `--` that begins with a dash is always an option, never the
 * value of another option, unless a digit follows the dash.
 */
function refuseUnknownOptions(
  argv: readonly string[],
  options: OptionDeclarations,
  usage: Usage,
): void {
  const end = argv.indexOf('--');
  const names = Object.entries(options).map(([name, option]) =>
    longOption({ ...option, name }).slice('--'.length),
  );
  for (const word of argv.slice(0, end === -1 ? undefined : end)) {
    const [, long] = /^--([^=]+)/.exec(word) ?? [];
    const wrong = unknownLetter(word, options);
    if (wrong !== undefined) throw usage(`unknown option -${wrong}`);
    if (long === undefined) continue;
    const positive = long.replace(/^no-/, '');
    if (Object.hasOwn(options, long)) continue;
    if (Object.hasOwn(options, positive) && options[positive]?.type === 'boolean') continue;
    throw usage(`unknown option --${long}`, didYouMean(long, names, '--'));
  }
}

/**
 * Returns the first letter in a word such as `-qko` that is not an option. Returns undefined if all letters are
 * options. After a letter that is an option with a value, the rest of the word is the value.
 */
function unknownLetter(word: string, options: OptionDeclarations): string | undefined {
  if (!/^-[^-0-9]/.test(word)) return undefined;
  for (const letter of word.slice(1)) {
    const option = Object.values(options).find(({ alias }) => alias === letter);
    if (option === undefined) return letter;
    if (option.type !== 'boolean') return undefined;
  }
  return undefined;
}

/** Returns an error message of the parser of yargs in the words of dkms-deb. */
function reworded(message: string, options: OptionDeclarations): string {
  const [, lone] = /^Not enough arguments following: (.+)$/.exec(message) ?? [];
  if (lone === undefined) return message;
  const [name = lone, option] =
    Object.entries(options).find(([name, { alias }]) => name === lone || alias === lone) ?? [];
  const syntax = option === undefined ? name : optionSyntax({ ...option, name });
  return `option ${syntax} needs a value`;
}

function valueProblem(name: string, option: OptionDeclaration, value: unknown): string | undefined {
  if (Array.isArray(value) && !option.repeat) return `--${name} is given twice`;
  if (option.type === 'number' && Number.isNaN(value)) return `--${name} needs a number`;
  const { choices } = option;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = values.find((one) => one !== undefined && !choices?.includes(String(one)));
  if (choices === undefined || wrong === undefined) return undefined;
  return `--${name} ${notOneOf(wrong, choices)}`;
}

/** Returns the end of a message about a wrong value: `must be a, b or c, not "d"`. */
function notOneOf(wrong: unknown, choices: readonly string[]): string {
  const list = [choices.slice(0, -1).join(', '), choices.at(-1)].filter(Boolean).join(' or ');
  return `must be ${list}, not ${JSON.stringify(wrong)}`;
}
