/** Returns the last `count` lines of the output of a program, for an error message; one empty line for no output. */
export function lastLines(text: string, count: number): string[] {
  const trimmed = text.trimEnd();
  // Only the end is searched, because the text may have millions of lines.
  let start = trimmed.length;
  for (let line = 0; line < count && start >= 0; line++) {
    start = start === 0 ? -1 : trimmed.lastIndexOf('\n', start - 1);
  }
  return trimmed.slice(start + 1).split('\n');
}
