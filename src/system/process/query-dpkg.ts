import { run } from './run.ts';

/**
 * Asks dpkg-query for fields of packages. A name of a package may be a pattern (dpkg-query(1), --show). Returns the
 * values of the fields for each package that dpkg knows. Unknown packages are left out. Returns [] if there is no
 * database of dpkg, or if dpkg-query refuses a name. Throws the errors of run().
 */
export async function queryDpkg(
  fields: readonly string[],
  names: readonly string[],
): Promise<string[][]> {
  const format = `${fields.map((field) => `\${${field}}`).join('\t')}\n`;
  // The exit status 1 means that a package is unknown, 2 that there is no database of dpkg, or that a name is refused.
  const { stdout } = await run('dpkg-query', ['-W', '-f', format, ...names], {
    accept: [0, 1, 2],
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split('\t'));
}
