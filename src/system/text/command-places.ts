import { isAbsolute, relative, resolve } from 'node:path';
import { shellWord } from './shell-word.ts';

/**
 * Returns a path for messages, which a shell of the user finds: relative to the working directory if it is below it, else
 * absolute.
 */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), resolve(file));
  if (path === '') return '.';
  return path.startsWith('..') || isAbsolute(path) ? resolve(file) : path;
}

/** Returns the last words of a command of dkms-deb about a tree: none if it is the working directory. */
export function ofTree(directory: string): string {
  const shown = shownPath(directory);
  return shown === '.' ? '' : ` ${shellWord(shown)}`;
}

/** Returns the first words of a git command for a tree: `git`, with the tree unless it is the working directory. */
export function gitIn(directory: string): string {
  const shown = shownPath(directory);
  return shown === '.' ? 'git' : `git -C ${shellWord(shown)}`;
}
