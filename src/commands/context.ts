import type { Reporter } from '../report/reporter.ts';

/** What cli.ts gives every command. */
export interface CommandContext {
  readonly reporter: Reporter;
  /** Results on stdout: one line each, or with --json the document at the end. */
  readonly json: boolean;
  print(line: string): void;
}

/** What a command did: the exit status, and the document that --json prints. */
export interface CommandResult {
  readonly exitStatus: number;
  readonly document: unknown;
}
