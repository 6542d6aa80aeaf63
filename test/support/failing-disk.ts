import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Functions of node:fs/promises that change a disk: those that need room on it, and those that do not. */
const NEED_ROOM = ['copyFile', 'writeFile', 'mkdir'] as const;
const CHANGES = [...NEED_ROOM, 'rename', 'rm', 'rmdir', 'chmod'] as const;
type Change = (typeof CHANGES)[number];

/**
 * `full`: from the call on, the disk has no room. `killed`: nothing more happens on the disk, as after SIGKILL, also no
 * cleaning up.
 */
export type Fault = 'full' | 'killed';

/**
 * Runs `work`; the `at`-th change below `place` fails, and those after it. Returns whether it came to that. The code
 * that is tested must import the functions by name from node:fs/promises.
 */
export async function withFailingDisk(
  place: string,
  fault: Fault,
  at: number,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const real = new Map<Change, (...args: unknown[]) => Promise<unknown>>();
  let count = 0;
  const isOver = () => count >= at;
  for (const name of CHANGES) {
    const original = promises[name] as (...args: unknown[]) => Promise<unknown>;
    real.set(name, original);
    const counts = fault === 'killed' || (NEED_ROOM as readonly string[]).includes(name);
    const wrapped = (...args: unknown[]) => {
      if (!args.some((arg) => typeof arg === 'string' && arg.startsWith(place)) || !counts) {
        return original(...args);
      }
      count++;
      if (!isOver()) return original(...args);
      const code = fault === 'full' ? 'ENOSPC' : 'EKILLED';
      return Promise.reject(Object.assign(new Error(code), { code, syscall: name, path: args[0] }));
    };
    Object.assign(promises, { [name]: wrapped });
  }
  syncBuiltinESMExports();
  try {
    await work();
  } catch (error) {
    if (!isOver()) throw error;
  } finally {
    Object.assign(promises, Object.fromEntries(real));
    syncBuiltinESMExports();
  }
  return isOver();
}
