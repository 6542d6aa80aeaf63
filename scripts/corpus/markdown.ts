import { readFile, writeFile } from 'node:fs/promises';

/** A Markdown table: a head, a rule, a line for each row. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** Replaces what stands between the two marks `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a file. */
export async function writeBetweenMarks(
  file: string,
  name: string,
  lines: readonly string[],
): Promise<void> {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const text = await readFile(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no '${begin}' … '${end}'`);
  await writeFile(file, `${text.slice(0, from)}${begin}\n${lines.join('\n')}\n${text.slice(to)}`);
}
