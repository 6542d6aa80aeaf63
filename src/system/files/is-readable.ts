import { accessSync, constants } from 'node:fs';

/** Whether this process may read a file. */
export function isReadable(file: string): boolean {
  return permits(file, constants.R_OK);
}

/** Whether this process may write to a file or directory. */
export function isWritable(path: string): boolean {
  return permits(path, constants.W_OK);
}

function permits(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
