/** A timer that is later than this was delayed by other work of this process, in milliseconds. */
const LATE = 500;

/**
 * Calls `work` after some seconds. If this process was busy meanwhile, the program gets more time: its end may be
 * unnoticed yet, or it waits until its output is read. Returns a function that stops the timer.
 */
export function startTimer(seconds: number, work: () => void): () => void {
  let timer: NodeJS.Timeout;
  const start = (milliseconds: number) => {
    const due = performance.now() + milliseconds;
    timer = setTimeout(() => {
      if (performance.now() - due > LATE) start(Math.min(milliseconds, 2000));
      else work();
    }, milliseconds);
  };
  start(seconds * 1000);
  return () => clearTimeout(timer);
}
