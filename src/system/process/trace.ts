/**
 * What --verbose tells: the programs that are run, what they say, what dkms.conf came to, times.
 * Every room may tell; nothing is made up, and nobody listens, unless cli.ts was asked for it.
 */

import { shellWord } from '../text/shell-word.ts';

type Listener = (line: string) => void;

let listener: Listener | undefined;
let children = 0;

/** Whoever listens gets each line; undefined: nobody. */
export function traceTo(listen: Listener | undefined): void {
  listener = listen;
}

/** Tells `lines()`, which is only called when somebody listens. */
export function trace(lines: () => Iterable<string>): void {
  if (listener === undefined) return;
  for (const line of lines()) listener(line);
}

/**
 * Tells of a program that starts; the result tells of its end, and of what it said: all of a log, of an
 * answer only the last lines.
 */
export function traceChild(
  program: string,
  args: readonly string[],
  { cwd, isLog }: { cwd?: string | undefined; isLog?: boolean } = {},
): (exitStatus: number | null, output?: string) => void {
  if (listener === undefined) return () => {};
  const number = ++children;
  const started = performance.now();
  const place = cwd === undefined ? '' : ` (in ${cwd})`;
  listener(`[${number}] $ ${[program, ...args].map(shown).join(' ')}${place}`);
  return (exitStatus, output = '') => {
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    // Records and bytes are for programs, not for people.
    const said = output.includes('\0') ? [] : output.split('\n').filter((line) => line !== '');
    const leftOut = isLog ? 0 : Math.max(0, said.length - MOST_LINES);
    trace(function* () {
      if (leftOut > 0) yield `[${number}] | … ${leftOut} lines …`;
      for (const line of said.slice(leftOut)) yield `[${number}] | ${line}`;
      yield `[${number}] ${exitStatus === null ? 'killed' : `status ${exitStatus}`}, ${seconds} s`;
    });
  };
}

const LONGEST_WORD = 200;
const MOST_LINES = 20;

/** A whole script is told by its beginning. */
function shown(word: string): string {
  const [first = ''] = word.trimStart().split('\n');
  return shellWord(word.length > LONGEST_WORD ? `${first.slice(0, 60)} […]` : word);
}
