/**
 * Whether a process runs or is a zombie. Also true for a process of another user, for which kill(2) fails with EPERM.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
