import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, type Place } from '../../errors.ts';
import type { StagedDkmsPackage } from '../../package/dkms/dkms-package.ts';
import { letDebhelperBuild } from '../../package/let-debhelper-build.ts';
import { MakeVariables } from '../../package/rules/defined-variables.ts';
import { makefileStatements } from '../../package/rules/makefile-statements.ts';
import { readRules } from '../../package/rules/read-rules.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { listFiles } from '../../system/files/walk-tree.ts';

/**
 * Throws InputError `lost-files` if debian/rules puts files into debian/<package>/, as commands of debhelper do:
 * `build --from-rules` does not pack this directory. A debian/rules that has only commands known to readRules is not
 * refused: then the directory can only be a leftover of an earlier build.
 */
export async function refuseLostFiles(
  debian: string,
  { packaging, tree }: Pick<StagedDkmsPackage, 'packaging' | 'tree'>,
): Promise<void> {
  const file = join(debian, 'rules');
  const text = await readTreeText(file, 'latin1').catch(() => undefined);
  if (text === undefined || readRules(text, file, new Map()).beyond === undefined) return;
  const name = packaging.packageName;
  const debhelper = await letDebhelperBuild(debian);
  const refuse = (where: Place, what: string) =>
    new InputError('lost-files', `${what} debian/${name}/, which dkms-deb build does not pack`, {
      where,
      hint: `List the files in debian/${name}.install, or ${debhelper}`,
    });
  const line = lineThatFills(text, name);
  if (line !== undefined) throw refuse({ file, line }, 'the command of this line puts files into');
  const directory = join(debian, name);
  const lost = (await filesIn(directory)).filter((path) => !tree.has(path));
  const [first] = lost;
  if (first === undefined) return;
  const more = lost.length > 1 ? ` and ${lost.length - 1} more` : '';
  throw refuse({ file }, `a command that debian/rules runs puts ${first}${more} into`);
}

/** Matches the commands of debhelper that put files into debian/<package>/, or pack this directory. */
const FILLS = /^dh_(?:install\w*|link|movefiles|auto_install|dkms|usrlocal|builddeb)\b/;

/**
 * Returns the number of the first line of debian/rules that puts files into debian/<package>: its command names this
 * directory, and does more than read or remove files. Commands of debhelper after `dkms-deb build` count, too.
 */
function lineThatFills(text: string, name: string): number | undefined {
  const variables = new MakeVariables();
  variables.set('CURDIR', '.');
  for (const statement of makefileStatements(text)) {
    if (statement.kind !== 'variable') continue;
    const plain = variables.expand(statement.value);
    if (plain !== undefined) variables.set(statement.name, plain);
  }
  const literal = name.replace(/[.+]/g, '\\$&');
  const directory = new RegExp(`(?:^|[\\s"'=/])debian/${literal}(?:[/\\s"';]|$)`);
  const lines = text.split('\n');
  const built = lines.findIndex((raw) => /^\t.*dkms-deb build --from-rules/.test(raw));
  const found = lines.findIndex((raw, index) => {
    if (!raw.startsWith('\t')) return false;
    const command = raw.trim().replace(/^[@+-]+\s*/, '');
    if (/^(?:#|(?:rm|rmdir|test|\[|ls|find|echo)\s)/.test(command) && !/[;&|>]/.test(command))
      return false;
    if (index > built && FILLS.test(command)) return true;
    return directory.test(variables.expand(command) ?? command);
  });
  return found < 0 ? undefined : found + 1;
}

async function filesIn(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return [];
  const files = await listFiles(directory, { enter: ({ path }) => path !== 'DEBIAN' });
  return files.sort();
}
