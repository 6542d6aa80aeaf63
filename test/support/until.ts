import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats a check until it returns a value. The test's time limit ends it. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(20);
  }
}
