/** What is known of a task: the objects that it has compiled, of those that are expected. */
export interface TaskWork {
  readonly done: number;
  readonly expected: number | undefined;
  readonly ended: boolean;
}

/** An estimate needs this many seconds, this many objects in all, and this share of them done. */
const SECONDS = 15;
const OBJECTS = 30;
const SHARE = 0.1;

/**
 * Estimates the seconds that are left for `total` tasks, of which `begun` have begun, `seconds` ago. Returns undefined
 * where it would be a guess: if a running task does not know its objects, if hardly anything is done, or if some tasks
 * compile nothing (they were in a cache), so that nobody knows how many of the others do.
 */
export function timeLeft(
  begun: readonly TaskWork[],
  total: number,
  seconds: number,
): number | undefined {
  const waiting = total - begun.length;
  if (begun.some(({ expected, ended }) => !ended && expected === undefined)) return undefined;
  if (waiting > 0 && begun.some(({ done, ended }) => ended && done === 0)) return undefined;
  const done = begun.reduce((sum, task) => sum + task.done, 0);
  const expected = begun.map(({ ended, ...task }) => (ended ? task.done : (task.expected ?? 0)));
  const known = expected.reduce((sum, each) => sum + each, 0);
  const all = known + waiting * (known / Math.max(1, begun.length));
  if (seconds < SECONDS || all < OBJECTS || done < all * SHARE || done >= all) return undefined;
  return (seconds / done) * (all - done);
}

/** Formats an estimate: minutes from two minutes on, below that in steps of ten seconds. */
export function aboutTime(seconds: number): string {
  if (seconds >= 120) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.max(10, Math.ceil(seconds / 10) * 10)} s left`;
}
