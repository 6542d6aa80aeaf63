import { printableLine } from './printable.ts';

/**
 * Returns the lines of a Markdown table: the heading, a separator, and a line for each row. Each cell must be a text
 * of one line.
 */
export function markdownTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)];
}

/** Characters that a backslash does not escape everywhere: characters of HTML, and `|`, which ends a cell. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
};

/**
 * Escapes a text for Markdown. Names of drivers and errors of compilers come from other people, and must not become
 * markup, links or HTML (CommonMark 0.31, 2.4).
 */
function markdownText(text: string): string {
  return printableLine(text).replace(
    /[&<>|\\`*_{}[\]()#!~]/g,
    (character) => ENTITIES[character] ?? `\\${character}`,
  );
}
