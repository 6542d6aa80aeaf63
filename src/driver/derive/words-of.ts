import type { DkmsDebError } from '../../errors.ts';
import { isErrorLine } from '../../module/compile/make-log.ts';

/** The number of characters to which an error is shortened in a message. */
const LONGEST = 200;

/** Returns the error of a failed make in one line. */
export function wordsOf(error: DkmsDebError): string {
  return error.code === 'tool-failed' ? firstError(error.output.join('\n')) : error.message;
}

/** Returns one line of a log: the first error of the compiler, else that of make, else the last line. */
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
