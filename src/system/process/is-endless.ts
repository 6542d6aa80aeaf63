import { DkmsDebError } from '../../errors.ts';

const CODES = new Set(['tool-timeout', 'tool-output', 'tool-resources']);

/** Did run() end a program that would have gone on, in time, output or what it takes of the machine? */
export function isEndless(error: unknown): boolean {
  return error instanceof DkmsDebError && CODES.has(error.code);
}
