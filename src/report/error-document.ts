import type { DkmsDebError, Place } from '../errors.ts';

/** An error as --json prints it. */
export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly where?: Place;
  readonly hint?: string;
  /** Lines with details, such as the last output lines of the program that failed. Absent if there are none. */
  readonly output?: readonly string[];
  readonly exitStatus: number;
}

/** Returns an error as --json prints it. Properties without a value are left out. */
export function errorDocument(error: DkmsDebError): ErrorDocument {
  const { code, message, where, hint, output, exitStatus } = error;
  return {
    code,
    message,
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
    ...(output.length === 0 ? {} : { output }),
    exitStatus,
  };
}
