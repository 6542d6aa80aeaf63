import { basename } from 'node:path';
import type { SourceFile } from '../../facts/code/c-sources.ts';

/** A file for the running system, and its path in the package. */
export interface PlacedFile {
  /** The path in the package, such as `usr/lib/udev/rules.d/60-hello.rules`. */
  readonly target: string;
  /**
   * The path of the file in the tree. Undefined if the text in the package differs from every single file of the tree.
   */
  readonly path: string | undefined;
  /** The text of the file if `path` is undefined. */
  readonly text: string;
  readonly mode: 0o644 | 0o755;
}

/** Places a file of the tree, unchanged, into a directory. */
export function placeFile(
  path: string,
  directory: string,
  mode: PlacedFile['mode'] = 0o644,
): PlacedFile {
  return { target: `${directory}/${basename(path)}`, path, text: '', mode };
}

/**
 * Places the joined text of one or more files. If it is the same as the text of a single file, that file is placed
 * unchanged.
 */
export function placeText(target: string, files: readonly SourceFile[]): PlacedFile {
  const [only] = files;
  const text = textOf(files);
  if (files.length > 1 || only?.text !== text)
    return { target, path: undefined, text, mode: 0o644 };
  return { target, path: only.path, text: '', mode: 0o644 };
}

/** Returns the texts of files, joined to one text with Unix line ends. */
export function textOf(files: readonly SourceFile[]): string {
  const texts = files.map((file) => file.text.replace(/\r$/gm, '').trimEnd());
  return `${texts.join('\n')}\n`;
}
