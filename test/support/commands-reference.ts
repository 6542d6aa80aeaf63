import {
  COMMON_OPTIONS,
  type CommandDeclaration,
} from '../../src/commands/command-line/command.ts';
import { COMMON_EXITS, EXIT_MEANINGS } from '../../src/commands/command-line/exit-statuses.ts';
import {
  groupOptions,
  type NamedOption,
  optionSyntax,
  optionText,
  sentence,
  usageOf,
} from '../../src/commands/command-line/help.ts';
import { EXIT } from '../../src/errors.ts';

const MADE =
  '<!-- Generated from the declarations in src/commands. Run npm run test:update to update it. -->';

/** Returns docs/commands.md: every command with its options, examples and exit statuses. */
export function commandsReference(all: readonly CommandDeclaration[]): string {
  return `${[
    MADE,
    '# Commands',
    'The options of all commands are at the end. `dkms-deb COMMAND --help` and the man pages have the same texts. See [exit-codes.md](exit-codes.md) for exit statuses, and [json.md](json.md) for the output of `--json`.',
    bullets(all.map(({ name, purpose }) => `[${name}](#${name}): ${purpose}`)),
    ...all.map(section),
    '## Common options',
    optionTable(groupOptions().get(COMMON_OPTIONS.help.group) ?? []),
  ].join('\n\n')}\n`;
}

/** Returns docs/exit-codes.md: the meaning of each exit status, and the commands that have it. */
export function exitCodesReference(all: readonly CommandDeclaration[]): string {
  const keys = (Object.keys(EXIT) as (keyof typeof EXIT)[]).sort((a, b) => EXIT[a] - EXIT[b]);
  const rows = keys.map((key) => {
    const commands = all.filter(({ exits }) => exits.includes(key)).map(({ name }) => name);
    const who = COMMON_EXITS.includes(key) ? 'every command' : commands.join(', ');
    return `| ${EXIT[key]} | ${sentence(EXIT_MEANINGS[key])} | ${who} |`;
  });
  return `${[
    MADE,
    '# Exit statuses',
    'If DKMS has an exit status for the same event, dkms-deb uses it, so that scripts keep working. With several kernels or packages, the first failure decides. An excluded kernel (BUILD_EXCLUSIVE_*) is not a failure if another kernel was built. [error-codes.md](error-codes.md) describes each error.',
    [
      '| status | meaning | commands |',
      '|---|---|---|',
      '| 0 | Success. | every command |',
      ...rows,
    ].join('\n'),
    'After SIGINT, SIGTERM or SIGHUP a command removes its temporary files and ends with 130, 143 or 129. mkdeb, mkdsc and mkbmdeb also use exit statuses of DKMS 2.8: see [migration.md](migration.md).',
  ].join('\n\n')}\n`;
}

function section(declaration: CommandDeclaration): string {
  const { name, purpose, positionals, description, examples, exits } = declaration;
  const groups = [...groupOptions(declaration)].filter(
    ([heading]) => heading !== COMMON_OPTIONS.help.group,
  );
  const shown = examples.map(({ command, describe }) => `# ${describe}\n${command}`);
  const statuses = [...exits, ...COMMON_EXITS].map((key) => EXIT[key]).sort((a, b) => a - b);
  return [
    `## ${name}`,
    sentence(purpose),
    `\`\`\`\n${usageOf(declaration)}\n\`\`\``,
    ...description,
    ...(positionals.length === 0
      ? []
      : [
          bullets(
            positionals.map(
              ({ name, describe, default: value }) =>
                `\`${name.toUpperCase()}\`: ${describe}${value === undefined ? '' : ` (default: \`${value}\`)`}`,
            ),
          ),
        ]),
    ...groups.flatMap(([heading, options]) => [`**${heading}**`, optionTable(options)]),
    `\`\`\`\n${shown.join('\n\n')}\n\`\`\``,
    `Exit status: 0, ${statuses.join(', ')}.`,
  ].join('\n\n');
}

type Options = readonly NamedOption[];

function optionTable(options: Options): string {
  const rows = options.map(
    (option) => `| \`${cell(optionSyntax(option))}\` | ${cell(optionText(option))} |`,
  );
  return ['| option | |', '|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
