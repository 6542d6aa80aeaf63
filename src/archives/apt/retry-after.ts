import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResult } from '../../system/process/run.ts';

/**
 * Matches the status lines with which a server asks a client to come back later: RFC 6585 and RFC 9110; snapshot
 * archives send 509, too.
 */
const LATER = /^HTTP\/1\.[01] (?:429|503|509)\b/;
/** How often one call is repeated at most. */
const MOST_WAITS = 6;
/** The longest pause before a call is repeated, in seconds. */
const LONGEST_WAIT = 120;

/**
 * Options for apt's programs. With them the programs try once, and write the headers of each answer to stderr. That
 * output may contain passwords, so it must not be shown.
 */
export const SHOWING_ANSWERS: readonly string[] = ['http', 'https'].flatMap((method) => [
  ...['-o', `Debug::Acquire::${method}=true`],
  ...['-o', 'Acquire::Retries=0'],
]);

/**
 * Calls one of apt's programs (with SHOWING_ANSWERS). If the program fails because a server asks for a pause, repeats
 * the call after the pause, at most six times. A pause has the length that Retry-After names; without Retry-After the
 * pauses are 2, 4, 8, … seconds. If the server asks for more than LONGEST_WAIT, the call is not repeated. Returns the
 * result of the last call. `wait` gets seconds.
 */
export async function callPatiently(
  call: () => Promise<RunResult>,
  wait: (seconds: number) => Promise<unknown> = (seconds) => sleep(seconds * 1000),
): Promise<RunResult> {
  for (let waits = 0; ; waits++) {
    const result = await call();
    const pause = result.exitStatus === 0 ? undefined : pauseOf(result.stderr);
    if (pause === undefined || waits >= MOST_WAITS) return result;
    const seconds = pause.seconds ?? 2 ** (waits + 1);
    if (seconds > LONGEST_WAIT) return result;
    await wait(seconds);
  }
}

/**
 * Returns the pause that a server asks for. If several answers ask for a pause, the last of these answers counts;
 * `seconds` is undefined if it has no valid Retry-After. Returns undefined if no answer asks for a pause. `now` is in
 * milliseconds since 1970.
 */
export function pauseOf(
  text: string,
  now = Date.now(),
): { readonly seconds: number | undefined } | undefined {
  // The headers of an answer end with an empty line.
  const answers = text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findLastIndex((line) => LATER.test(line));
    return at < 0 ? [] : [lines.slice(at)];
  });
  const last = answers.at(-1);
  if (last === undefined) return undefined;
  const field = last.map((line) => /^retry-after:\s*(.*?)\s*$/i.exec(line)?.[1]).find(Boolean);
  if (field === undefined) return { seconds: undefined };
  // The field has a number of seconds, or a date (RFC 9110, 10.2.3).
  if (/^\d+$/.test(field)) return { seconds: Number(field) };
  const date = Date.parse(field);
  return { seconds: Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000)) };
}
