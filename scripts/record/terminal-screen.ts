import xterm from '@xterm/headless';

/**
 * A part of a line in one style. `colour` is a number of the terminal's palette; undefined is the colour of plain text.
 */
export interface StyledText {
  readonly text: string;
  readonly colour: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

const MOST_LINES = 500;

/**
 * Returns the lines that a terminal shows after a program has printed `bytes`: long lines are folded, and what was
 * erased or written over is not there. Lines at the end without text are left out.
 */
export async function screenOf(bytes: string, columns: number): Promise<StyledText[][]> {
  const terminal = new xterm.Terminal({ cols: columns, rows: MOST_LINES, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(bytes, done));
  const buffer = terminal.buffer.active;
  const lines: StyledText[][] = [];
  for (let y = 0; y < buffer.length; y++) lines.push(styledLine(buffer.getLine(y), columns));
  terminal.dispose();
  while (lines.length > 0 && lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function styledLine(line: xterm.IBufferLine | undefined, columns: number): StyledText[] {
  const parts: StyledText[] = [];
  for (let x = 0; x < columns; x++) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = {
      colour: cell.isFgPalette() ? cell.getFgColor() : undefined,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
    };
    const text = cell.getChars() || ' ';
    const last = parts.at(-1);
    if (
      last &&
      last.colour === style.colour &&
      last.bold === style.bold &&
      last.dim === style.dim
    ) {
      parts[parts.length - 1] = { ...last, text: last.text + text };
    } else parts.push({ text, ...style });
  }
  return withoutBlanksAtEnd(parts);
}

function withoutBlanksAtEnd(parts: readonly StyledText[]): StyledText[] {
  const [last, ...rest] = [...parts].reverse();
  if (last === undefined) return [];
  const text = last.text.trimEnd();
  if (text === '') return withoutBlanksAtEnd(rest.reverse());
  return [...rest.reverse(), { ...last, text }];
}
