import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, type Place } from '../../errors.ts';
import type { StagedPackage } from '../../package/dkms/dkms-package.ts';
import { MakeVariables } from '../../package/rules/defined-variables.ts';
import { makefileStatements } from '../../package/rules/makefile-statements.ts';
import { readRules } from '../../package/rules/read-rules.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { listFiles } from '../../system/files/walk-tree.ts';

/**
 * Below debian/rules that a person has edited: other commands may put files into debian/<package>/, as debhelper's do.
 * `build --from-rules` packs nothing of that directory, so they would be lost without a word: InputError
 * `lost-files`. In rules as init writes them the directory can only be left over from an earlier build.
 */
export async function refuseLostFiles(
  debian: string,
  { packaging, tree }: Pick<StagedPackage, 'packaging' | 'tree'>,
): Promise<void> {
  const file = join(debian, 'rules');
  const text = await readTreeText(file, 'latin1').catch(() => undefined);
  if (text === undefined || readRules(text, file, new Map()).beyond === undefined) return;
  const name = packaging.packageName;
  const refuse = (where: Place, what: string) =>
    new InputError('lost-files', `${what} debian/${name}/, which dkms-deb build does not pack`, {
      where,
      hint: `Write the files into debian/${name}.install, or let debhelper build: dkms-deb init --rules dh.`,
    });
  const line = lineThatFills(text, name);
  if (line !== undefined) throw refuse({ file, line }, 'this command puts files into');
  const directory = join(debian, name);
  const lost = (await filesIn(directory)).filter((path) => !tree.has(path));
  const [first] = lost;
  if (first === undefined) return;
  const more = lost.length > 1 ? ` and ${lost.length - 1} more` : '';
  throw refuse({ file }, `another command puts ${first}${more} into`);
}

/** Steps of debhelper that fill or pack debian/<package>. */
const FILLS = /^dh_(?:install\w*|link|movefiles|auto_install|dkms|usrlocal|builddeb)\b/;

/**
 * The first line that names the package's directory, but for what takes away or looks; or calls debhelper when
 * dkms-deb has built the package already.
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
