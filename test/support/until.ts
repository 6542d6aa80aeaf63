import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until there is something to see; the time limit is the test's. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(20);
  }
}
