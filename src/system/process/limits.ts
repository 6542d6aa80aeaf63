/** Limits for an untrusted script or makefile while its values are read. They are for all its processes together. */
export const READING_TOGETHER = { memoryBytes: 128 * 1024 * 1024, processes: 256 };

/** Limits for make while it reads a driver's makefiles and runs their `$(shell …)` commands. Sizes are in bytes. */
export const READING_LIMITS = {
  memoryBytes: 160 * 1024 * 1024,
  maximumOutput: 8 * 1024 * 1024,
  together: READING_TOGETHER,
};

/**
 * Returns a command that runs `command` with the limits of prlimit(1): at most `memoryBytes` of private memory, no file
 * larger than `fileBytes`, and no core file. Returns `command` unchanged if no limit is given.
 */
export function limited(
  command: readonly [string, ...string[]],
  { memoryBytes, fileBytes }: { memoryBytes?: number | undefined; fileBytes?: number | undefined },
): readonly [string, ...string[]] {
  const limits = [
    ...(memoryBytes === undefined ? [] : [`--data=${memoryBytes}`]),
    ...(fileBytes === undefined ? [] : [`--fsize=${fileBytes}`]),
  ];
  return limits.length === 0 ? command : ['prlimit', '--core=0', ...limits, '--', ...command];
}

let longest = Number.POSITIVE_INFINITY;

/**
 * Calls `work`. Until `work` ends, no child process of this process may run for more than `seconds`, even if the caller
 * of the child allows more. A command that only looks at the machine must not wait for a program that hangs.
 */
export async function withShortChildren<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  const before = longest;
  longest = seconds;
  try {
    return await work();
  } finally {
    longest = before;
  }
}

/** Returns the time limit of a child process for which its caller allows `seconds`. */
export function childSeconds(seconds: number): number {
  return Math.min(seconds, longest);
}
