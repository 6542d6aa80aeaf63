/** A logical line of a makefile: a line, and the lines that a `\` at the end joins to it. */
export interface MakeLine {
  /** The number of the first physical line, from 1. */
  readonly number: number;
  /** The text without its comment. A line that begins with a tab loses the tab, but keeps the comment. */
  readonly text: string;
  /** Whether the line begins with a tab. After a rule, such a line is a part of the recipe. */
  readonly tab: boolean;
}

/** Returns the logical lines of a makefile (GNU make, "Splitting Long Lines"). Empty lines are left out. */
export function makeLines(text: string): MakeLine[] {
  const lines: MakeLine[] = [];
  const physical = text.replaceAll('\r\n', '\n').split('\n');
  for (let i = 0; i < physical.length; i++) {
    const number = i + 1;
    const parts = [physical[i] ?? ''];
    // Only the last part is looked at, so that many continuations take linear time.
    while (isContinued(parts.at(-1) ?? '') && i + 1 < physical.length) {
      const part = (parts.pop() ?? '').slice(0, -1).trimEnd();
      if (part !== '' || parts.length === 0) parts.push(part);
      i++;
      parts.push((physical[i] ?? '').trimStart());
    }
    const line = parts.join(' ');
    const tab = line.startsWith('\t');
    const plain = tab ? line.slice(1) : withoutComment(line);
    if (plain.trim() !== '') lines.push({ number, text: plain, tab });
  }
  return lines;
}

/** Whether an odd number of `\` ends a line. */
function isContinued(line: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
}

/**
 * Removes the comment of a line, and replaces `\#` by `#`. A comment begins at a `#` without `\` before it, even in
 * `$(…)`.
 */
export function withoutComment(line: string): string {
  const match = /(?:^|[^\\])#/.exec(line);
  if (match === null) return line.replaceAll('\\#', '#');
  const at = match.index + match[0].length - 1;
  return line.slice(0, at).replaceAll('\\#', '#');
}
