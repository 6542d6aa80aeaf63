import { readFile, writeFile } from 'node:fs/promises';

/** Returns the lines of a Markdown table: the head, the rule, and a line for each row. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return [markdownLine(head), `|${'---|'.repeat(head.length)}`, ...rows.map(markdownLine)];
}

/** Returns one row of a Markdown table. */
export function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** Replaces the lines between `<!-- NAME: begin -->` and `<!-- NAME: end -->` in a file. */
export async function writeBetweenMarks(
  file: string,
  name: string,
  lines: readonly string[],
): Promise<void> {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const text = await readFile(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} must have '${begin}' and '${end}'`);
  await writeFile(file, `${text.slice(0, from)}${begin}\n${lines.join('\n')}\n${text.slice(to)}`);
}
