import type { DkmsDebError } from '../errors.ts';

/** What a command tells the person who waits. The core only knows this interface; cli.ts chooses. */
export interface Reporter {
  /** A step that began or ended; a live line on a terminal, a plain line elsewhere. */
  progress(message: string): void;
  /** Something worth knowing that needs no action. */
  note(message: string): void;
  /** Something that will surprise later, with what to do about it. */
  warn(message: string, hint?: string): void;
  /** A part of the work that failed while the rest goes on; `subject` says which part. */
  failure(error: DkmsDebError, subject?: string): void;
}

/** Says nothing: the core's default, and the tests'. */
export const silentReporter: Reporter = {
  progress() {},
  note() {},
  warn() {},
  failure() {},
};
