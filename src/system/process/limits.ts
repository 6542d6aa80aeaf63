/** Limits for an untrusted script or makefile, with all processes that it starts, while it is only read. */
export const READING_TOGETHER = { memoryBytes: 128 * 1024 * 1024, processes: 256 };

/** Limits in bytes for make while it reads a driver's makefiles and runs their `$(shell …)` commands. */
export const READING_LIMITS = {
  memoryBytes: 160 * 1024 * 1024,
  maximumOutput: 8 * 1024 * 1024,
  together: READING_TOGETHER,
};

/** Adds prlimit(1) to a command: at most `memoryBytes` of private memory, no core file. */
export function limited(
  command: readonly [string, ...string[]],
  memoryBytes: number | undefined,
): readonly [string, ...string[]] {
  if (memoryBytes === undefined) return command;
  return ['prlimit', '--core=0', `--data=${memoryBytes}`, '--', ...command];
}
