/** Whether a process runs, or is a zombie. True for one of somebody else, which kill(2) refuses with EPERM. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
