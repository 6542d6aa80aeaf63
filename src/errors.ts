/**
 * Every error that a person can cause is a DkmsDebError: what happened (message), where
 * (file and line), what to do about it (hint), and the exit status that scripts see.
 * Anything else that reaches the catcher in cli.ts is a bug of ours.
 */

/** Exit statuses: DKMS's own where DKMS has a code for the event (dkms.in, "error codes"). */
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
  /** Of ours, sysexits(3)'s EX_SOFTWARE. */
  bug: 70,
  excluded: 77,
} as const;

export interface Place {
  readonly file: string;
  readonly line?: number;
}

export interface ErrorDetails {
  /** What to do about it: one sentence, a command where there is one. */
  readonly hint?: string;
  readonly where?: Place;
  /** Lines of a tool's own output that belong to the message. */
  readonly output?: readonly string[];
  readonly cause?: unknown;
}

/** Base of the hierarchy; `code` names the event for --json and for the documentation. */
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

/** Something the tree, debian/ or a package says that Debian does not allow. */
export class InputError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.failed, message, details);
  }
}

/** dkms.conf is missing (4) or not valid (8), as DKMS reports it. */
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

/** A kernel's headers are not there or not usable. */
export class KernelError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.noHeaders, message, details);
  }
}

/** A step of the module build failed; `exitStatus` is DKMS's for that step. */
export class ModuleBuildError extends DkmsDebError {}

/** A .deb, ar or tar that cannot be written as Debian's tools would accept it, or not be read. */
export class ArchiveError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.failed, message, details);
  }
}

/** The operating system refused: a file, a directory, the disk, a program that is not installed. */
export class SystemError extends DkmsDebError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, EXIT.failed, message, details);
  }
}

/** What to do about a file that cannot be read: `otherwise` unless it is there and its permissions are why. */
export function readingHint(cause: unknown, otherwise: string): string {
  const denied = (cause as NodeJS.ErrnoException).code === 'EACCES';
  return denied ? 'Everything in the tree must be readable: check its permissions.' : otherwise;
}
