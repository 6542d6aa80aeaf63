import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanEnvironment } from './clean-environment.ts';

/** Returns the directories of `path`, in order. By default `path` is the PATH of child processes. */
export function programDirectories(path = cleanEnvironment().PATH ?? ''): string[] {
  return path.split(delimiter);
}

/**
 * Returns the path of a program as a child process would find it: the first executable file with its name in `path`,
 * which is the PATH of child processes by default. If `first` is given, this directory is searched before `path`. A
 * name with `/` is a path itself, and not searched. A FIFO, a device or a directory with the name is skipped, and
 * nothing is opened. Returns undefined if there is no such program.
 */
export function findProgram(program: string, first?: string, path?: string): string | undefined {
  if (program.includes('/')) return isExecutable(program) ? program : undefined;
  const directories = [...(first === undefined ? [] : [first]), ...programDirectories(path)];
  return directories.map((directory) => join(directory, program)).find(isExecutable);
}

/** Whether this process may execute a file. A directory, a FIFO or a device is not executable, and is not opened. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
