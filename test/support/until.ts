import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats a check until it returns a value, or true. The test's time limit ends it. */
export async function until<T>(
  look: () => T | false | undefined | Promise<T | false | undefined>,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await sleep(20);
  }
}
