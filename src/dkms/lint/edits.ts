import type { ConfText } from './conf-text.ts';
import type { Edit } from './rule.ts';
import type { Assignment } from './shell-words.ts';

/**
 * Takes an assignment out: its whole lines where nothing else stands on them, else only itself. Inside
 * `if` or a loop it becomes `:`, as bash wants a command there.
 */
export function removal(text: ConfText, assignment: Assignment): Edit {
  const { start, end, nested } = assignment;
  const first = text.startOf(text.lineOf(start));
  const behind = text.lineOf(Math.max(start, end - 1)) + 1;
  const last = text.startOf(behind);
  const before = text.text.slice(first, start);
  const after = text.text.slice(end, last);
  const alone = /^\s*$/.test(before) && /^[ \t\r]*(?:#.*)?\n?$/.test(after);
  if (alone && !nested) return { start: first, end: last, text: '' };
  if (alone) return { start, end, text: ':' };
  const blanks = /^[ \t]*;?[ \t]*/.exec(after)?.[0] ?? '';
  return { start, end: end + blanks.length, text: '' };
}

/** The value of an assignment becomes `value`, in double quotes. */
export function newValue({ valueStart, end }: Assignment, value: string): Edit {
  return { start: valueStart, end, text: `"${value}"` };
}

/** The text with edits made; of edits that overlap only the first is. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** The lines that edits touch, and what they become; '' where they go altogether. */
export function correctedLines(
  text: ConfText,
  edits: readonly Edit[],
): { firstLine: number; lastLine: number; corrected: string } {
  const firstLine = text.lineOf(Math.min(...edits.map(({ start }) => start)));
  const lastLine = text.lineOf(
    Math.max(...edits.map(({ start, end }) => Math.max(start, end - 1))),
  );
  const from = text.startOf(firstLine);
  const to = text.startOf(lastLine + 1);
  const shifted = edits.map((edit) => ({
    start: edit.start - from,
    end: Math.min(edit.end, to) - from,
    text: edit.text,
  }));
  const corrected = applyEdits(text.text.slice(from, to), shifted).replace(/\r?\n$/, '');
  return { firstLine, lastLine, corrected };
}
