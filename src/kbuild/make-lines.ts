/** A logical line of a makefile: a line, together with the lines that a `\` at the end joins to it. */
export interface MakeLine {
  /** The number of the first of these lines, from 1. */
  readonly number: number;
  /** The text without its comment. In a recipe the comment stays. */
  readonly text: string;
  /** Whether the line begins with a tab. If it comes after a rule, it is a line of the recipe. */
  readonly tab: boolean;
}

/** Returns the logical lines of a makefile (GNU make, "Splitting Long Lines") without empty ones. */
export function makeLines(text: string): MakeLine[] {
  const lines: MakeLine[] = [];
  const physical = text.replaceAll('\r\n', '\n').split('\n');
  for (let i = 0; i < physical.length; i++) {
    const number = i + 1;
    let line = physical[i] ?? '';
    while (/(?:^|[^\\])(?:\\\\)*\\$/.test(line) && i + 1 < physical.length) {
      i++;
      line = `${line.slice(0, -1).trimEnd()} ${(physical[i] ?? '').trimStart()}`;
    }
    const tab = line.startsWith('\t');
    const plain = tab ? line.slice(1) : withoutComment(line);
    if (plain.trim() !== '') lines.push({ number, text: plain, tab });
  }
  return lines;
}

/** Removes the comment of a line. It begins at a `#` without `\` before it, even inside of `$(…)`. */
export function withoutComment(line: string): string {
  const match = /(?:^|[^\\])#/.exec(line);
  if (match === null) return line.replaceAll('\\#', '#');
  const at = match.index + match[0].length - 1;
  return line.slice(0, at).replaceAll('\\#', '#');
}
