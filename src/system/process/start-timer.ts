/** If a timer is late by more than this number of milliseconds, other work of this process has delayed it. */
const LATE = 500;

/**
 * Calls `work` after some seconds, to end a child process. If this process was busy meanwhile, the child gets more
 * time, because it may have ended unnoticed, or may wait until its output is read. Returns a function that stops the
 * timer.
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
