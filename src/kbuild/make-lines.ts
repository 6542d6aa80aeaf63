/** A logical line of a makefile: a line and the lines that are joined to it with `\`. */
export interface MakeLine {
  /** The number of its first line, from 1. */
  readonly number: number;
  /** Without the comment, except in a recipe. */
  readonly text: string;
  /** Does it begin with a tab? After a rule it is then a recipe. */
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

/** Removes the comment: it begins with a `#` that is not after `\`, also inside `$(…)`. */
export function withoutComment(line: string): string {
  const match = /(?:^|[^\\])#/.exec(line);
  if (match === null) return line.replaceAll('\\#', '#');
  const at = match.index + match[0].length - 1;
  return line.slice(0, at).replaceAll('\\#', '#');
}
