import { printableLine } from './printable.ts';

/** Returns the lines of a Markdown table: the heading, the rule, and a line for each row. Cells are texts of one line. */
export function markdownTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)];
}

/** Characters that a backslash does not make harmless everywhere: HTML, and the ends of cells. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
};

/**
 * Returns a text as Markdown. Names and errors of compilers are written by others: they must become neither markup nor
 * a link nor HTML (CommonMark 0.31, 2.4).
 */
function markdownText(text: string): string {
  return printableLine(text).replace(
    /[&<>|\\`*_{}[\]()#!~]/g,
    (character) => ENTITIES[character] ?? `\\${character}`,
  );
}
