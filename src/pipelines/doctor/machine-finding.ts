/** Something that `dkms-deb doctor` found out about this machine. */
export interface MachineFinding {
  /**
   * `ok`: nothing is missing or wrong. `note`: something to know, but nothing to do. `optional`: something is missing
   * or wrong that only some drivers or options need. `missing`: something is missing without which the task cannot be
   * done.
   */
  readonly state: 'ok' | 'note' | 'optional' | 'missing';
  /** What the finding is about, such as `openssl` or the release of a kernel. */
  readonly subject: string;
  readonly message: string;
  /** Set if the message is only the path of a program. Reports may leave it out. */
  readonly isPath?: true;
  /** A shell command that mends what is missing or wrong. */
  readonly command?: string;
  /** In words, what to do. Set if no command does it, or if the command needs an explanation. */
  readonly advice?: string;
  /** The Debian packages that have what is missing. The command to install them is made from this list. */
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

/** Returns the state of something that is missing or wrong. */
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
