import { userConfigSchema } from '../../fleet/config/config-schema.ts';
import { printable } from '../../report/printable.ts';
import { formatTable } from '../../report/table.ts';
import { configPlace } from '../../system/files/config-place.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { COMMANDS_OF, findConfigured } from '../command-line/configured.ts';
import { readSettings } from '../command-line/settings.ts';

export interface ConfigArguments {
  readonly directory: string;
  readonly schema: boolean;
}

/**
 * Prints each value of the configuration, the file that contains it, and the commands to which it applies. With
 * `schema`, prints the JSON Schema of config.yaml instead.
 */
export async function showConfig(
  { directory, schema }: ConfigArguments,
  { print, reporter }: CommandContext,
): Promise<CommandResult> {
  if (schema) {
    print(JSON.stringify(userConfigSchema(), null, 2));
    return { exitStatus: 0, document: userConfigSchema() };
  }
  const files = findConfigured(directory);
  const settings = (await readSettings(files)).map((setting) => ({
    ...setting,
    commands: COMMANDS_OF[setting.key] ?? [],
  }));
  const rows = settings.map(({ key, value, file, commands }) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
    file,
    commands.join(', '),
  ]);
  const heading = ['key', 'value', 'from', 'for'];
  if (rows.length > 0) {
    for (const line of formatTable(heading, rows, Number.POSITIVE_INFINITY)) print(printable(line));
  } else reporter.note(`Nothing is configured. Your configuration file would be ${configPlace()}.`);
  return {
    exitStatus: 0,
    document: { user: files.user ?? null, repository: files.repository ?? null, settings },
  };
}
