import type { DkmsDebError } from '../errors.ts';

/** How far a step has come. */
export interface Advance {
  readonly done: number;
  /** How much there is to do. Undefined if that is not known. */
  readonly expected?: number | undefined;
  readonly unit: 'objects' | 'bytes';
  /** What is being worked on, such as a file. */
  readonly item?: string | undefined;
}

/**
 * Receives the messages for the user. The core, which is everything except cli.ts and the commands, knows only this
 * interface.
 */
export interface Reporter {
  /** Reports that a step begins or ends. It is shown as a live line on a terminal, otherwise as a plain line. */
  progress(message: string): void;
  /** Reports a step that ends soon. It is only shown as a live line. */
  briefProgress(message: string): void;
  /** Reports how far the step of the last progress() has come. This is only shown on a live line. */
  advance(advance: Advance): void;
  /**
   * Reports an error as soon as it happens. failure() reports it in full later, so this is only shown where progress
   * is live.
   */
  alert(message: string): void;
  /** Passes on the whole output of make. It is only shown in logs that can hide it in a group (GitHub Actions). */
  transcript(text: string): void;
  /** Reports something that the user should know, but need not act on. */
  note(message: string): void;
  /** Warns about something that may become a problem later. The hint says what to do about it. */
  warn(message: string, hint?: string): void;
  /** Reports an error. `subject` names the part of the work that failed, while the other parts go on. */
  failure(error: DkmsDebError, subject?: string): void;
}

/** One of several parts of the work that run in parallel, such as the build for one kernel. */
export interface Task {
  /** Reports the current step. On a terminal it is a live line with the task's time, elsewhere a plain line. */
  step(message: string): void;
  /** Reports a step that ends soon. It is only shown as a live line. */
  briefStep(message: string): void;
  advance(advance: Advance): void;
  alert(message: string): void;
  transcript(text: string): void;
  end(result?: 'failed'): void;
}

/** A reporter with methods that only commands call. */
export interface CommandReporter extends Reporter {
  /** Begins a task. `total` is the number of all tasks. */
  task(subject: string, total: number): Task;
  /** Reports a table. If it is too wide, each row takes several lines. */
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

/**
 * Returns a reporter for the core. The core knows no tasks. The progress that the core reports becomes the steps of
 * `task`; notes, warnings and errors go to `reporter`.
 */
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

/** Returns a reporter that reports each note only once. Several parts of the work may report the same note. */
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
