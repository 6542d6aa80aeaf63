/**
 * Every error that the user can cause is a DkmsDebError: what happened (message), where (file and line), what
 * to do about it (hint), and the exit status for scripts. Any other error that reaches cli.ts, except one of the
 * operating system (refusalOf), is a bug in dkms-deb.
 */

/**
 * The exit statuses of dkms-deb. If DKMS has an exit status for the same event, the number is the same (dkms.in, "error
 * codes").
 */
export const EXIT = {
  failed: 1,
  usage: 2,
  confMissing: 4,
  patchMissing: 5,
  patchFailed: 6,
  moduleMissing: 7,
  badConf: 8,
  makeFailed: 10,
  buildDepends: 13,
  noHeaders: 21,
  /** A bug in dkms-deb. The status is EX_SOFTWARE of sysexits(3). */
  bug: 70,
  excluded: 77,
} as const;

export interface Place {
  readonly file: string;
  readonly line?: number;
}

export interface ErrorDetails {
  /** What to do about the error. It begins with a verb, and has a command if one helps. */
  readonly hint?: string;
  readonly where?: Place;
  /** Lines from the output of the program that failed. */
  readonly output?: readonly string[];
  readonly cause?: unknown;
}

/** The base class of all errors. `code` identifies the event in --json and in docs/error-codes.md. */
export class DkmsDebError extends Error {
  readonly code: string;
  readonly exitStatus: number;
  readonly hint: string | undefined;
  readonly where: Place | undefined;
  readonly output: readonly string[];

  constructor(code: string, exitStatus: number, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitStatus = exitStatus;
    this.hint = details.hint;
    this.where = details.where;
    this.output = details.output ?? [];
  }
}

/** Wrong options or arguments. */
export class UsageError extends DkmsDebError {
  constructor(message: string, details?: ErrorDetails) {
    super('usage', EXIT.usage, message, details);
  }
}

/** The source tree, debian/, a package, a configuration or another input contains something that is not allowed. */
export class InputError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.failed, message, details);
  }
}

/** dkms.conf is missing (exit status 4), not valid (8), or names a patch outside of patches/ (5), as in DKMS. */
export class ConfError extends DkmsDebError {
  constructor(
    code: string,
    message: string,
    details?: ErrorDetails,
    exitStatus: number = EXIT.badConf,
  ) {
    super(code, exitStatus, message, details);
  }
}

/** A kernel, its headers or its compiler cannot be found, fetched or used. The exit status is 21. */
export class KernelError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.noHeaders, message, details);
  }
}

/**
 * Modules cannot be built, signed, checked or loaded. For the steps that DKMS has, too, `exitStatus` is DKMS's status;
 * for a script that ends with 77 it is 10.
 */
export class ModuleBuildError extends DkmsDebError {}

/** A .deb, ar or tar file cannot be read, or cannot be written in a form that Debian's tools accept. */
export class ArchiveError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.failed, message, details);
  }
}

/**
 * An error of the machine or its state. The operating system refused an operation; a program failed, is lost or is not
 * installed; another run holds a lock; or files changed or are in the way.
 */
export class SystemError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.failed, message, details);
  }
}

/**
 * Returns the hint for a file that cannot be read: a hint about permissions if `cause` has the code EACCES, else the
 * text `otherwise`.
 */
export function readingHint(cause: unknown, otherwise: string): string {
  const denied = (cause as NodeJS.ErrnoException).code === 'EACCES';
  return denied ? 'Make the file readable: check its permissions.' : otherwise;
}
