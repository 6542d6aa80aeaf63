import type { DkmsDebError } from '../errors.ts';

/**
 * Receives the messages for the user. The core, which is everything but cli.ts and the commands, only knows this
 * interface.
 */
export interface Reporter {
  /** Reports a step that begins or ends: as a live line on a terminal, otherwise as a plain line. */
  progress(message: string): void;
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
  end(): void;
}

/** A reporter with the parts that only commands need. */
export interface CommandReporter extends Reporter {
  /** Begins a task. `total` is the number of all tasks. */
  task(subject: string, total: number): Task;
  /** Reports rows under a heading; each row takes several lines if the table is too wide. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void;
}

const silentTask: Task = { step() {}, briefStep() {}, end() {} };

/** A reporter that reports nothing. It is used if the caller gives none. */
export const silentReporter: CommandReporter = {
  progress() {},
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
    note: (message) => {
      if (!reported.has(message)) reporter.note(message);
      reported.add(message);
    },
    warn: (message, hint) => reporter.warn(message, hint),
    failure: (error, subject) => reporter.failure(error, subject),
  };
}
