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
 * Returns the end of a command of dkms-deb that works on a tree: a blank and the path of the tree. Returns '' if the
 * tree is the working directory.
 */
export function ofTree(directory: string): string {
  return shownPath(directory) === '.' ? '' : ` ${pathWord(directory)}`;
}

/**
 * Returns the first words of a git command for a tree: `git`, followed by -C and the tree unless it is the working
 * directory.
 */
export function gitIn(directory: string): string {
  return shownPath(directory) === '.' ? 'git' : `git -C ${pathWord(directory)}`;
}

/** Returns the command that makes a file executable. */
export function makeExecutable(file: string): string {
  return `chmod +x ${pathWord(file)}`;
}

/** Returns a path as one word of a command line. Programs would take a word that begins with `-` as an option. */
function pathWord(path: string): string {
  const shown = shownPath(path);
  return shellWord(shown.startsWith('-') ? `./${shown}` : shown);
}
