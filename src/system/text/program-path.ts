/**
 * Returns a command (a program and its arguments, separated by blanks) with the path of the program changed by
 * `change`. A program without a slash is not a path, because it is searched in PATH. The arguments stay as they are.
 */
export function withProgramPath(command: string, change: (path: string) => string): string {
  const [, program = '', rest = ''] = /^\s*(\S+)([\s\S]*)$/.exec(command) ?? [];
  return program.includes('/') ? `${change(program)}${rest}` : command;
}
