import { EXIT } from '../../errors.ts';
import type { CommandDeclaration, Example } from '../command-line/command.ts';
import { COMMON_EXITS, EXIT_MEANINGS } from '../command-line/exit-statuses.ts';
import {
  groupOptions,
  longOption,
  type NamedOption,
  optionText,
  positionalSyntax,
  sentence,
} from '../command-line/help.ts';
import {
  COMMON_ENVIRONMENT,
  ENVIRONMENT,
  type EnvironmentKey,
  FILES,
  type FileKey,
} from '../command-line/surroundings.ts';
import { INTRODUCTION } from './general.ts';
import * as roff from './roff.ts';

/** The version and the date in the title lines of the pages. */
export interface Edition {
  readonly version: string;
  /** The date, such as `2026-11-21`. '' if it is unknown. */
  readonly date: string;
}

/** Returns the man page dkms-deb-COMMAND(1). */
export function commandPage(
  declaration: CommandDeclaration,
  all: readonly CommandDeclaration[],
  edition: Edition,
): string {
  const { name, purpose, positionals, description, examples, exits, environment, files } =
    declaration;
  const page = pageName(name);
  return lines([
    title(page, edition),
    roff.heading('name'),
    `${page.replaceAll('-', '\\-')} \\- ${roff.text(purpose)}`,
    roff.heading('synopsis'),
    [
      roff.bold(`dkms-deb ${name}`),
      '[OPTIONS]',
      ...positionals.map((positional) => roff.text(positionalSyntax(positional))),
    ].join(' '),
    roff.heading('description'),
    roff.paragraphs(description),
    ...(positionals.length === 0 ? [] : [roff.heading('arguments')]),
    ...positionals.map((positional) =>
      roff.entry(roff.italic(positional.name.toUpperCase()), sentence(optionText(positional))),
    ),
    roff.heading('options'),
    ...optionGroups(declaration),
    roff.heading('exit status'),
    ...exitStatuses([...exits, ...COMMON_EXITS]),
    ...surroundings([...environment, ...COMMON_ENVIRONMENT], files),
    roff.heading('examples'),
    examples.map(example).join('\n.PP\n'),
    roff.heading('see also'),
    seeAlso([
      'dkms-deb',
      ...all.map((one) => pageName(one.name)).filter((other) => other !== page),
    ]),
  ]);
}

/** Returns the man page dkms-deb(1). */
export function generalPage(all: readonly CommandDeclaration[], edition: Edition): string {
  const keys = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return lines([
    title('dkms-deb', edition),
    roff.heading('name'),
    'dkms\\-deb \\- Debian packages from a kernel\\-module source tree and its dkms.conf',
    roff.heading('synopsis'),
    `${roff.bold('dkms-deb')} ${roff.italic('COMMAND')} [OPTIONS] [ARGUMENTS]`,
    roff.heading('description'),
    roff.paragraphs(INTRODUCTION),
    roff.heading('commands'),
    ...all.map(({ name, purpose }) =>
      roff.entry(roff.bold(name), `${sentence(purpose)} See dkms-deb-${name}(1).`),
    ),
    roff.heading('options'),
    ...optionGroups().map((block) => block.replace(/^\.SS .*\n/, '')),
    roff.heading('exit status'),
    ...exitStatuses(keys),
    ...surroundings(Object.keys(ENVIRONMENT) as EnvironmentKey[], Object.keys(FILES) as FileKey[]),
    roff.heading('examples'),
    // The examples of the commands of DKMS 2.8 are left out, because they are all similar.
    all
      .filter(({ section }) => section === undefined)
      .map(({ examples }) => example(examples[0]))
      .join('\n.PP\n'),
    roff.heading('see also'),
    seeAlso(all.map(({ name }) => pageName(name))),
  ]);
}

export function pageName(command: string): string {
  return `dkms-deb-${command}`;
}

function title(page: string, { version, date }: Edition): string {
  const name = page.toUpperCase().replaceAll('-', '\\-');
  return `.TH ${name} 1 "${date}" "dkms\\-deb ${version}" "User Commands"`;
}

function optionGroups(declaration?: CommandDeclaration): string[] {
  return [...groupOptions(declaration)].map(([heading, options]) =>
    lines([
      roff.subheading(heading),
      ...options.map((option) => roff.entry(optionTerm(option), sentence(optionText(option)))),
    ]).trimEnd(),
  );
}

function optionTerm(option: NamedOption): string {
  const { alias, argument, choices } = option;
  const names = [...(alias === undefined ? [] : [`-${alias}`]), longOption(option)];
  const value = argument ?? choices?.join('|');
  if (value === undefined) return names.map(roff.bold).join(', ');
  const shown = choices === undefined ? roff.italic(value) : roff.bold(value);
  const last = option.optionalArgument ? `[=${shown}]` : ` ${shown}`;
  return names.map(roff.bold).join(', ') + last;
}

function exitStatuses(keys: readonly (keyof typeof EXIT)[]): string[] {
  const sorted = [...keys].sort((a, b) => EXIT[a] - EXIT[b]);
  return [
    roff.entry(roff.bold('0'), 'All was done.'),
    ...sorted.map((key) => roff.entry(roff.bold(String(EXIT[key])), sentence(EXIT_MEANINGS[key]))),
  ];
}

/** Returns the sections ENVIRONMENT and FILES. */
function surroundings(variables: readonly EnvironmentKey[], files: readonly FileKey[]): string[] {
  return [
    roff.heading('environment'),
    ...variables.map((key) => roff.entry(listed(key, roff.bold), ENVIRONMENT[key])),
    roff.heading('files'),
    ...files.map((key) => roff.entry(listed(key, roff.italic), FILES[key])),
  ];
}

/** Returns the names in a key, such as `NO_COLOR, FORCE_COLOR`, each in a style. */
function listed(key: string, style: (plain: string) => string): string {
  return key.split(', ').map(style).join(', ');
}

function example({ command, describe }: Example): string {
  return `${roff.text(sentence(describe))}\n.PP\n.RS 4\n${roff.verbatim(command)}\n.RE`;
}

function seeAlso(pages: readonly string[]): string {
  const others = ['dkms(8)', 'dh_dkms(1)', 'dpkg-buildpackage(1)'];
  return [...pages.map((page) => `${page}(1)`), ...others]
    .map((reference) => {
      const [, page = '', section = ''] = /^(.*)(\(.*\))$/.exec(reference) ?? [];
      return `${roff.bold(page)}${section}`;
    })
    .join(',\n');
}

function lines(blocks: readonly string[]): string {
  return `${blocks.join('\n')}\n`;
}
