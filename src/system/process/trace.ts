/**
 * The lines for --verbose: the programs that are run, their output and times, and the values of dkms.conf. Any code in
 * src/ may write such lines. Without --verbose the lines are not even made.
 */

import { shellWord } from '../text/shell-word.ts';
import { withoutSecret } from '../text/without-secret.ts';

type Listener = (line: string) => void;

let listener: Listener | undefined;
let children = 0;

/** Sets the function that receives each line. If it is undefined, no lines are made. */
export function traceTo(listen: Listener | undefined): void {
  listener = listen;
}

/** Passes on the lines that `lines` returns. If nobody receives lines, `lines` is not called. */
export function trace(lines: () => Iterable<string>): void {
  if (listener === undefined) return;
  for (const line of lines()) listener(line);
}

/**
 * Passes on a line about the start of a program. Returns a function that must be called when the program ends. That
 * function passes on the output of the program (all of it if it is a log, otherwise its last lines; nothing if it has
 * NUL bytes), and a line about the end.
 */
export function traceChild(
  program: string,
  args: readonly string[],
  { cwd, isLog }: { cwd?: string | undefined; isLog?: boolean } = {},
): (exitStatus: number | null, output: () => string) => void {
  if (listener === undefined) return () => {};
  const number = ++children;
  const started = performance.now();
  const place = cwd === undefined ? '' : ` (in ${cwd})`;
  listener(`[${number}] $ ${[program, ...args].map(shown).join(' ')}${place}`);
  return (exitStatus, outputOf) => {
    const output = outputOf();
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    // Output with NUL bytes is left out, because people cannot read it.
    const said = output.includes('\0') ? [] : output.split('\n').filter((line) => line !== '');
    const leftOut = isLog ? 0 : Math.max(0, said.length - MOST_LINES);
    trace(function* () {
      if (leftOut > 0) yield `[${number}] | … ${leftOut} lines …`;
      for (const line of said.slice(leftOut)) yield `[${number}] | ${withoutSecret(line)}`;
      yield `[${number}] ${exitStatus === null ? 'killed' : `status ${exitStatus}`}, ${seconds} s`;
    });
  };
}

const LONGEST_WORD = 200;
const MOST_LINES = 20;

/** Quotes a word for the shell, without passwords in URLs. Shortens a long word, such as a whole script, to its beginning. */
function shown(word: string): string {
  const text = withoutSecret(word);
  const [first = ''] = text.trimStart().split('\n');
  return shellWord(text.length > LONGEST_WORD ? `${first.slice(0, 60)} […]` : text);
}
