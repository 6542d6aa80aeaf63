/** A line of a makefile, with those that `\` joins to it. */
export interface MakeLine {
  /** Of its first line, from 1. */
  readonly number: number;
  /** Without the comment; of a recipe with it. */
  readonly text: string;
  /** Begins with a tab: a recipe, where a rule goes before it. */
  readonly tab: boolean;
}

/** A makefile's logical lines (GNU make, "Splitting Long Lines"); empty ones are left out. */
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

/** `#` begins a comment unless `\` stands before it; in `$(…)` it does so, too, but for functions' arguments nobody writes one. */
export function withoutComment(line: string): string {
  const match = /(?:^|[^\\])#/.exec(line);
  if (match === null) return line.replaceAll('\\#', '#');
  const at = match.index + match[0].length - 1;
  return line.slice(0, at).replaceAll('\\#', '#');
}
