import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from '../support/project.ts';

/** What SECURITY.md says of a command: its rows by their first cell. */
export type Column = Readonly<Record<string, string>>;

/** The table below a line of SECURITY.md, by columns; backquotes are left out. */
export async function securityTable(heading: string): Promise<Readonly<Record<string, Column>>> {
  const text = await readFile(join(PROJECT, 'SECURITY.md'), 'utf8');
  const [, below = ''] = text.split(`\n${heading}\n\n`);
  const [table = ''] = below.split('\n\n');
  const [head = [], , ...rows] = table.split('\n').map((line) =>
    line
      .replaceAll('`', '')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return Object.fromEntries(
    head.slice(1).map((name, at) => {
      return [name, Object.fromEntries(rows.map((row) => [row[0] ?? '', row[at + 1] ?? '']))];
    }),
  );
}
