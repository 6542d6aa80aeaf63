import { basename } from 'node:path';
import type { SourceFile } from '../../facts/code/c-sources.ts';

/** A file for the running system, and its place in the package. */
export interface PlacedFile {
  /** The place, such as `usr/lib/udev/rules.d/60-hello.rules`. */
  readonly target: string;
  /** The file in the tree. Undefined if the package gets another text than that of a single file of the tree. */
  readonly path: string | undefined;
  /** The text, if there is no `path`. */
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

/** Places the text of one or more files; a single file is placed unchanged if its text would be the same. */
export function placeText(target: string, files: readonly SourceFile[]): PlacedFile {
  const [only] = files;
  const text = textOf(files);
  if (files.length > 1 || only?.text !== text)
    return { target, path: undefined, text, mode: 0o644 };
  return { target, path: only.path, text: '', mode: 0o644 };
}

/** Returns the texts of files as one text with Unix line ends. */
export function textOf(files: readonly SourceFile[]): string {
  const texts = files.map((file) => file.text.replace(/\r$/gm, '').trimEnd());
  return `${texts.join('\n')}\n`;
}
