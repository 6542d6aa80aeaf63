import { isAbsolute, relative, resolve } from 'node:path';
import { shellWord } from './shell-word.ts';

/**
 * Returns a path for messages, and for commands in them (shellWord quotes it there). It is relative if the file is
 * below the working directory, otherwise absolute.
 */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), resolve(file));
  if (path === '') return '.';
  return path.startsWith('..') || isAbsolute(path) ? resolve(file) : path;
}

/**
 * Returns the last word of a command of dkms-deb that works on a tree, after a blank. Returns '' if the tree is the
 * working directory.
 */
export function ofTree(directory: string): string {
  const shown = shownPath(directory);
  return shown === '.' ? '' : ` ${shellWord(shown)}`;
}

/**
 * Returns the first words of a git command for a tree: `git`, followed by -C and the tree unless it is the working
 * directory.
 */
export function gitIn(directory: string): string {
  const shown = shownPath(directory);
  return shown === '.' ? 'git' : `git -C ${shellWord(shown)}`;
}
