/** Enough for make to read any driver's makefiles, and for what they ask a shell. */
export const READING_LIMITS = { memoryBytes: 256 * 1024 * 1024, maximumOutput: 8 * 1024 * 1024 };

/** The words that start a command with as much private memory and no core file; the command where nothing is said. */
export function limited(
  command: readonly [string, ...string[]],
  memoryBytes: number | undefined,
): readonly [string, ...string[]] {
  if (memoryBytes === undefined) return command;
  return ['prlimit', '--core=0', `--data=${memoryBytes}`, '--', ...command];
}
