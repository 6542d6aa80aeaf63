import type { Assignment } from '../../dkms/conf/shell-words.ts';
import type { ConfText } from './conf-text.ts';
import type { Edit } from './rule.ts';

/**
 * Returns the edit that removes an assignment. If the assignment is alone on its lines, the whole lines are removed. If
 * bash needs a command in that place (after `then` or `&&`), `:` replaces the assignment.
 */
export function removal(text: ConfText, assignment: Assignment): Edit {
  const { start, end, nested } = assignment;
  const first = text.startOf(text.lineOf(start));
  const last = text.startOf(text.lineOf(Math.max(start, end - 1)) + 1);
  const before = text.text.slice(first, start);
  const after = text.text.slice(end, last);
  const alone = /^\s*$/.test(before) && /^[ \t\r]*(?:#.*)?\n?$/.test(after);
  // Only the last 1000 characters before the assignment are searched, because a hostile file may have thousands of
  // assignments.
  const goesOn = /(?:&&|\|\||\||\\)\s*$/.test(text.text.slice(Math.max(0, first - 1000), first));
  if (alone && !nested && !goesOn) return { start: first, end: last, text: '' };
  const behind = /^[ \t]+(?=[^\s;&|)#\\])/.exec(after)?.[0];
  if (behind !== undefined) return { start, end: end + behind.length, text: '' };
  const blanks = /[ \t]+$/.exec(before)?.[0] ?? '';
  const shares = text.assignments.some((other) => other.end === start - blanks.length);
  if (shares && blanks !== '') return { start: start - blanks.length, end, text: '' };
  return { start, end, text: ':' };
}

/** Returns the edit that gives an assignment another value, in double quotes. */
export function newValue({ valueStart, end }: Assignment, value: string): Edit {
  return { start: valueStart, end, text: `"${value}"` };
}

/** Applies edits to a text. If edits overlap, only the one that starts first is applied. */
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

/**
 * Returns the range of lines that the edits change, and the new text of these lines. The text is '' if the lines are
 * removed.
 */
export function correctedLines(
  text: ConfText,
  edits: readonly Edit[],
): { firstLine: number; lastLine: number; corrected: string } {
  let [first, last] = [text.text.length, 0];
  for (const { start, end } of edits) {
    first = Math.min(first, start);
    last = Math.max(last, start, end - 1);
  }
  const [firstLine, lastLine] = [text.lineOf(first), text.lineOf(last)];
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
