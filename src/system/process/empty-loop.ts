/**
 * Calls `abandoned` where node has nothing left to wait for and `work` has not ended: a promise that
 * nobody settles, such as a stream that never ends. Node itself would then exit with status 0.
 */
export async function watchForAbandonment(
  work: Promise<void>,
  abandoned: () => void,
): Promise<void> {
  process.on('beforeExit', abandoned);
  try {
    await work;
  } finally {
    process.off('beforeExit', abandoned);
  }
}
