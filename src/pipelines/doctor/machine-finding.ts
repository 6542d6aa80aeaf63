/** Something that `dkms-deb doctor` found out about this machine. */
export interface MachineFinding {
  /**
   * `ok`: it is there. `note`: something to know, with nothing to mend. `optional`: something is missing or wrong that
   * only some drivers or options need. `missing`: the task cannot be done without it.
   */
  readonly state: 'ok' | 'note' | 'optional' | 'missing';
  /** What the finding is about, such as `openssl` or the release of a kernel. */
  readonly subject: string;
  readonly message: string;
  /** Set if the message is nothing but the path of a program: reports may leave it out. */
  readonly isPath?: true;
  /** A command that mends it, for a shell. */
  readonly command?: string;
  /** What to do, in words, if no command does it or the command needs an explanation. */
  readonly advice?: string;
  /** Debian packages that have what is missing. The command is made of them. */
  readonly packages?: readonly string[];
}

export function ok(subject: string, message: string): MachineFinding {
  return { state: 'ok', subject, message };
}

export function okProgram(program: string, path: string): MachineFinding {
  return { ...ok(program, path), isPath: true };
}

export function note(subject: string, message: string, advice?: string): MachineFinding {
  return { state: 'note', subject, message, ...(advice !== undefined && { advice }) };
}

/** The state of something that is missing or wrong. */
export function lack(isNeeded: boolean): 'missing' | 'optional' {
  return isNeeded ? 'missing' : 'optional';
}

/** The tasks that a machine can be examined for, in the order of the report. */
export const TASKS = [
  'init',
  'build',
  'bmdeb',
  'signing',
  'archives',
  'fleet',
  'rpm',
  'verify',
] as const;

export type Task = (typeof TASKS)[number];
