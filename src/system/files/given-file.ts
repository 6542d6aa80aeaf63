import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { causeOf } from '../process/refusal.ts';

/** Why a file that the user named cannot be used, and what to do about it. */
export interface FileProblem {
  readonly message: string;
  readonly hint: string;
}

/**
 * Returns why a file that the user named cannot be read, or undefined if it can be read. `what` says what the file
 * should be, such as `signing key`.
 */
export async function problemOfFile(file: string, what: string): Promise<FileProblem | undefined> {
  try {
    if ((await stat(file)).isDirectory()) return unreadableFile({ code: 'EISDIR' }, what);
    await access(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return unreadableFile(error, what);
  }
}

/** Returns the problem of a file for the error of the operating system that reading it gave. */
export function unreadableFile(error: unknown, what: string): FileProblem {
  const { code } = error as { readonly code?: string };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return {
      message: `no such file or directory (${what})`,
      hint: `Check the path of the ${what}.`,
    };
  }
  const [why, hint] = causeOf(error);
  return { message: `the ${what} cannot be read: ${why}`, hint };
}
