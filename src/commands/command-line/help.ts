import type { Paint } from '../../report/paint.ts';
import {
  COMMON_OPTIONS,
  type CommandDeclaration,
  type OptionDeclaration,
  type PositionalDeclaration,
} from './command.ts';

/** An option with its name. */
export interface NamedOption extends OptionDeclaration {
  readonly name: string;
}

/**
 * Returns the options of a command by group. The options of the command come before the common options. Without a
 * command, returns only the common options.
 */
export function groupOptions(declaration?: CommandDeclaration): Map<string, NamedOption[]> {
  const groups = new Map<string, NamedOption[]>();
  for (const options of [declaration?.options ?? {}, COMMON_OPTIONS]) {
    for (const [name, option] of Object.entries<OptionDeclaration>(options)) {
      const group = groups.get(option.group) ?? [];
      groups.set(option.group, [...group, { ...option, name }]);
    }
  }
  return groups;
}

/** Returns the long name of an option: `--output`, or `--no-output` if the option is on by default. */
export function longOption({
  name,
  default: value,
}: Pick<NamedOption, 'name' | 'default'>): string {
  return value === true ? `--no-${name}` : `--${name}`;
}

/** Returns the names and the value of an option: `-o, --output DIR`. */
export function optionSyntax(option: NamedOption): string {
  const { alias, argument } = option;
  const word = argument ?? option.choices?.join('|');
  const value = word === undefined ? '' : option.optionalArgument ? `[=${word}]` : ` ${word}`;
  return `${alias === undefined ? '' : `-${alias}, `}${longOption(option)}${value}`;
}

/** Returns an argument as the usage line shows it: `PACKAGES...` or `[DIRECTORY]`. */
export function positionalSyntax({ name, required, repeat }: PositionalDeclaration): string {
  const word = name.toUpperCase() + (repeat ? '...' : '');
  return required ? word : `[${word}]`;
}

/** Returns the usage line of a command: `dkms-deb verify [OPTIONS] PACKAGES...`. */
export function usageOf({ name, positionals }: CommandDeclaration): string {
  return ['dkms-deb', name, '[OPTIONS]', ...positionals.map(positionalSyntax)].join(' ');
}

/** Returns the description of an option or argument, and its default value. */
export function optionText({
  describe,
  default: value,
}: Pick<OptionDeclaration, 'describe' | 'default'>): string {
  const hasDefault = typeof value === 'string' || typeof value === 'number';
  return hasDefault ? `${describe} (default: ${value})` : describe;
}

/**
 * Returns the number of columns for a help text. If the text is piped into a pager, stdout is not the terminal, but
 * stderr is.
 */
export function helpColumns(): number {
  return Math.min(100, process.stdout.columns || process.stderr.columns || 80);
}

/** The layout of a help text: lines of at most `columns` characters, styled by `paint`. */
export interface HelpLayout {
  readonly columns: number;
  readonly paint: Paint;
}

/** Returns the text of `dkms-deb COMMAND --help`. */
export function commandHelp(declaration: CommandDeclaration, layout: HelpLayout): string {
  const { columns, paint } = layout;
  const { purpose, positionals, examples } = declaration;
  const rows: HelpRow[] = positionals.map((positional) => [
    positional.name.toUpperCase(),
    optionText(positional),
  ]);
  const groups = [...groupOptions(declaration)].map(
    ([heading, options]) => [heading, options.map(optionRow)] as const,
  );
  // The texts of all groups begin in the same column.
  const terms = groups.flatMap(([, lines]) => lines.map(([term]) => term.length));
  const sections = groups.map(
    ([heading, lines]) => `${title(heading, layout)}\n${table(lines, layout, Math.max(...terms))}`,
  );
  const shown = examples
    .slice(0, 2)
    .map(
      ({ command, describe }) =>
        `  ${paint('cyan', command)}\n${wrap(describe, columns, '      ')}`,
    );
  return `${[
    `${title('Usage', layout)} ${usageOf(declaration)}`,
    wrap(sentence(purpose), columns, ''),
    ...(rows.length === 0 ? [] : [table(rows, layout)]),
    ...sections,
    `${title('Examples', layout)}\n${shown.join('\n')}`,
  ].join('\n\n')}\n`;
}

/** Returns the text of `dkms-deb --help`. */
export function generalHelp(
  declarations: readonly CommandDeclaration[],
  layout: HelpLayout,
): string {
  const { columns } = layout;
  const width = Math.max(...declarations.map(({ name }) => name.length));
  const sections = new Map<string, HelpRow[]>();
  for (const { name, purpose, section = 'Commands' } of declarations) {
    sections.set(section, [...(sections.get(section) ?? []), [name, purpose]]);
  }
  const common = (groupOptions().get(COMMON_OPTIONS.help.group) ?? []).map(optionRow);
  return `${[
    `${title('Usage', layout)} dkms-deb COMMAND [OPTIONS] [ARGUMENTS]`,
    wrap('Debian packages from a kernel-module source tree and its dkms.conf.', columns, ''),
    ...[...sections].map(
      ([heading, rows]) => `${title(heading, layout)}\n${table(rows, layout, width)}`,
    ),
    `${title(COMMON_OPTIONS.help.group, layout)}\n${table(common, layout)}`,
    wrap("Run dkms-deb COMMAND --help for a command's options.", columns, ''),
  ].join('\n\n')}\n`;
}

function title(heading: string, { paint }: HelpLayout): string {
  return paint('bold', `${heading}:`);
}

function optionRow(option: NamedOption): HelpRow {
  return [optionSyntax(option), optionText(option)];
}

type HelpRow = readonly [term: string, text: string];

/**
 * Formats a list of terms with their texts. A text is on the line of its term, or below the term if the term is long or
 * the lines are short.
 */
function table(rows: readonly HelpRow[], { columns, paint }: HelpLayout, width = 0): string {
  const longest = Math.max(width, ...rows.map(([term]) => term.length));
  const beside = Math.min(longest, 26) + 4;
  const indent = ' '.repeat(columns < 60 ? 6 : beside);
  return rows
    .map(([term, text]) => {
      const wrapped = wrap(text, columns, indent);
      const painted = paint('cyan', term);
      if (term.length + 4 > indent.length) return `  ${painted}\n${wrapped}`;
      const gap = ' '.repeat(indent.length - 2 - term.length);
      return `  ${painted}${gap}${wrapped.slice(indent.length)}`;
    })
    .join('\n');
}

/** Wraps a text at blanks. A word that is longer than a line is not broken. */
function wrap(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const begun = line.length > indent.length;
    if (begun && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else line += begun ? ` ${word}` : word;
  }
  return [...lines, line].join('\n');
}

/**
 * Makes a sentence from a clause: adds a full stop, and a capital letter unless the clause begins with the name of a
 * file.
 */
export function sentence(clause: string): string {
  if (/^\S*[./_]/.test(clause)) return `${clause}.`;
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
