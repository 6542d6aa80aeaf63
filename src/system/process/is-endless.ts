import { DkmsDebError } from '../../errors.ts';

const CODES = new Set(['tool-timeout', 'tool-output', 'tool-resources']);

/** Whether run() stopped a program because it exceeded a limit of time, output, memory or processes. */
export function isEndless(error: unknown): boolean {
  return error instanceof DkmsDebError && CODES.has(error.code);
}
