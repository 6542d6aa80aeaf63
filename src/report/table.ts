/**
 * Formats rows as columns under a heading. If the columns are wider than `width`, each row becomes several
 * lines instead, without the heading. Every cell must be a text of one line.
 */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const all = [heading, ...rows];
  const widths = heading.map((_, i) => Math.max(...all.map((row) => [...(row[i] ?? '')].length)));
  const total = widths.reduce((sum, each) => sum + each + 2, -2);
  if (total > width) return rows.flatMap((row) => stacked(heading, row));
  return all.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - [...cell].length)))
      .join('  ')
      .trimEnd(),
  );
}

/** Formats a row as at most three lines: the first cell, the middle cells with their headings, the last cell. */
function stacked(heading: readonly string[], row: readonly string[]): string[] {
  const [first = ''] = row;
  const last = row.length > 1 ? row.at(-1) : '';
  const between = row
    .slice(1, -1)
    .flatMap((cell, i) => (cell === '' ? [] : [`${heading[i + 1]} ${cell}`]))
    .join(', ');
  return [first, ...[between, last].filter(Boolean).map((line) => `  ${line}`)];
}
