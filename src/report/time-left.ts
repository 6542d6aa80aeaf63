/** How many objects a task has compiled, and how many are expected. */
export interface TaskWork {
  readonly done: number;
  readonly expected: number | undefined;
  readonly ended: boolean;
}

/**
 * An estimate has three conditions: this number of seconds has passed, the tasks have at least this number of objects,
 * and this share of the objects is done.
 */
const SECONDS = 15;
const OBJECTS = 30;
const SHARE = 0.1;

/**
 * Estimates how many seconds are left for `total` tasks. `begun` are the tasks that have begun, and `seconds` is the
 * time since the first of them began. Returns undefined if an estimate is impossible: a running task does not know the
 * number of its objects, hardly anything is done, or some tasks took their modules from the cache, and it is not known
 * how many others will take theirs from there.
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

/** Formats an estimate: in minutes from two minutes on, otherwise in steps of ten seconds. */
export function aboutTime(seconds: number): string {
  if (seconds >= 120) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.max(10, Math.ceil(seconds / 10) * 10)} s left`;
}
