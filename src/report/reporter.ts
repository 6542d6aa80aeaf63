import type { DkmsDebError } from '../errors.ts';

/** How far a step is. */
export interface Advance {
  readonly done: number;
  /** Undefined if nobody knows. */
  readonly expected?: number | undefined;
  readonly unit: 'objects' | 'bytes';
  /** What is at work, such as a file. */
  readonly item?: string | undefined;
}

/**
 * Receives the messages for the user. The core, which is everything but cli.ts and the commands, only knows this
 * interface.
 */
export interface Reporter {
  /** Reports a step that begins or ends: as a live line on a terminal, otherwise as a plain line. */
  progress(message: string): void;
  /** Reports a step that ends soon: only as a live line. */
  briefProgress(message: string): void;
  /** Reports how far the step of the last progress() is: only on a live line. */
  advance(advance: Advance): void;
  /** Tells at once of an error about which failure() will tell more: only where progress is live. */
  alert(message: string): void;
  /** Passes on the whole output of make, which is only shown where it can be folded. */
  transcript(text: string): void;
  /** Reports information that needs no action. */
  note(message: string): void;
  /** Warns about something that may become a problem later. The hint says what to do about it. */
  warn(message: string, hint?: string): void;
  /** Reports an error in one part of the work (`subject`), while the other parts go on. */
  failure(error: DkmsDebError, subject?: string): void;
}

/** One of several parts of the work that run in parallel, such as the build for one kernel. */
export interface Task {
  /** Reports the current step: as a live line with the task's time, otherwise as a plain line. */
  step(message: string): void;
  /** Reports a step that ends soon: only as a live line. */
  briefStep(message: string): void;
  advance(advance: Advance): void;
  alert(message: string): void;
  transcript(text: string): void;
  end(result?: 'failed'): void;
}

/** A reporter with the parts that only commands need. */
export interface CommandReporter extends Reporter {
  /** Begins a task. `total` is the number of all tasks. */
  task(subject: string, total: number): Task;
  /** Reports rows under a heading; each row takes several lines if the table is too wide. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void;
}

const silentTask: Task = {
  step() {},
  briefStep() {},
  advance() {},
  alert() {},
  transcript() {},
  end() {},
};

/** A reporter that reports nothing. It is used if the caller gives none. */
export const silentReporter: CommandReporter = {
  progress() {},
  briefProgress() {},
  advance() {},
  alert() {},
  transcript() {},
  note() {},
  warn() {},
  failure() {},
  task: () => silentTask,
  table() {},
};

/** Returns a reporter for the core. The core does not know tasks, so its progress becomes a step of `task`. */
export function reporterOf(task: Task, reporter: Reporter): Reporter {
  return {
    progress: (message) => task.step(message),
    briefProgress: (message) => task.briefStep(message),
    advance: (advance) => task.advance(advance),
    alert: (message) => task.alert(message),
    transcript: (text) => task.transcript(text),
    note: (message) => reporter.note(message),
    warn: (message, hint) => reporter.warn(message, hint),
    failure: (error, subject) => reporter.failure(error, subject),
  };
}

/**
 * Returns a reporter that drops a note if the same note was reported before: several parts of the work may report
 * it.
 */
export function notesOnce(reporter: Reporter): Reporter {
  const reported = new Set<string>();
  return {
    progress: (message) => reporter.progress(message),
    briefProgress: (message) => reporter.briefProgress(message),
    advance: (advance) => reporter.advance(advance),
    alert: (message) => reporter.alert(message),
    transcript: (text) => reporter.transcript(text),
    note: (message) => {
      if (!reported.has(message)) reporter.note(message);
      reported.add(message);
    },
    warn: (message, hint) => reporter.warn(message, hint),
    failure: (error, subject) => reporter.failure(error, subject),
  };
}
