/** Limits in bytes for make while it reads a driver's makefiles and runs their `$(shell …)` commands. */
export const READING_LIMITS = { memoryBytes: 256 * 1024 * 1024, maximumOutput: 8 * 1024 * 1024 };

/** Adds prlimit(1) to a command: at most `memoryBytes` of private memory, no core file. */
export function limited(
  command: readonly [string, ...string[]],
  memoryBytes: number | undefined,
): readonly [string, ...string[]] {
  if (memoryBytes === undefined) return command;
  return ['prlimit', '--core=0', `--data=${memoryBytes}`, '--', ...command];
}
