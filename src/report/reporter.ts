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

/** A part of the work that goes on beside others, such as one kernel of several. */
export interface Task {
  /** What it does now: shown live with the time since the task began, else a plain line. */
  step(message: string): void;
  /** The same for what is soon over: nothing where lines stay. */
  briefStep(message: string): void;
  end(): void;
}

/** What commands have on top of what the core needs. */
export interface CommandReporter extends Reporter {
  /** Begins one of `total` parts. */
  task(subject: string, total: number): Task;
  /** Rows under a heading, or one below the other where they are too wide for the terminal. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void;
}

const silentTask: Task = { step() {}, briefStep() {}, end() {} };

/** Says nothing: the core's default, and the tests'. */
export const silentReporter: CommandReporter = {
  progress() {},
  note() {},
  warn() {},
  failure() {},
  task: () => silentTask,
  table() {},
};

/** For the core, which knows no tasks: its progress is a task's step. */
export function reporterOf(task: Task, reporter: Reporter): Reporter {
  return {
    progress: (message) => task.step(message),
    note: (message) => reporter.note(message),
    warn: (message, hint) => reporter.warn(message, hint),
    failure: (error, subject) => reporter.failure(error, subject),
  };
}

/** Passes every note on once: what is so for all parts of the work is not told by each of them. */
export function notesOnce(reporter: Reporter): Reporter {
  const told = new Set<string>();
  return {
    progress: (message) => reporter.progress(message),
    note: (message) => {
      if (!told.has(message)) reporter.note(message);
      told.add(message);
    },
    warn: (message, hint) => reporter.warn(message, hint),
    failure: (error, subject) => reporter.failure(error, subject),
  };
}
