import type { DkmsDebError } from '../../errors.ts';
import { isErrorLine } from '../../module/compile/make-log.ts';

/** The most characters of an error in a message. The rest is cut off. */
const LONGEST = 200;

/** Returns the error of a failed make as one line. */
export function wordsOf(error: DkmsDebError): string {
  return error.code === 'tool-failed' ? firstError(error.output.join('\n')) : error.message;
}

/**
 * Returns one line of a log: the first error of the compiler, otherwise the first error of make, otherwise the first
 * line about something missing, otherwise the last line, or `no output`. The line is cut to LONGEST characters.
 */
export function firstError(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found =
    lines.find(isErrorLine) ??
    lines.find((line) => /\*\*\* (?!\[)/.test(line) || /No rule to make target/.test(line)) ??
    lines.find((line) => /not found|No such file|cannot /i.test(line)) ??
    lines.at(-1) ??
    'no output';
  return found.slice(0, LONGEST);
}
