/**
 * Waits for `work`. Calls `abandoned` if the event loop becomes empty before `work` has settled, for example because a
 * stream never ends. Without that call, Node would exit with status 0.
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
