import { InputError } from '../errors.ts';

/** A file of an upload, as debian/files has it. */
export interface ListedFile {
  readonly fileName: string;
  readonly section: string;
  readonly priority: string;
}

/** Name, section, priority, then attributes such as `automatic=yes` (deb-src-files(5)). */
const LINE = /^(?<name>[-+:.,_0-9A-Za-z~]+) \S+ \S+(?:\s+[0-9a-z-]+=\S+)*$/;

/**
 * The text of debian/files with `file` in it, as dpkg-distaddfile(1) leaves it: sorted by name, an
 * earlier line of the same name gone. `path` is for messages. InputError `bad-files-list` for a line
 * that is none, or a section or priority with white space.
 */
export function addListedFile(text: string, file: ListedFile, path: string): string {
  const { fileName, section, priority } = file;
  const added = `${fileName} ${section} ${priority}`;
  const lines = new Map<string, string>();
  const known = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  for (const [index, line] of [...known, added].entries()) {
    const name = LINE.exec(line)?.groups?.name;
    if (name === undefined) throw badLine(line, path, index < known.length ? index + 1 : undefined);
    // As dpkg-dev: of two lines in the file the first counts.
    if (line === added || !lines.has(name)) lines.set(name, line.replace(/\s+/g, ' '));
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, line]) => `${line}\n`).join('');
}

function badLine(line: string, path: string, number: number | undefined): InputError {
  return number === undefined
    ? new InputError('bad-files-list', `"${line}" cannot be a line of debian/files`, {
        hint: 'Section and Priority of debian/control are one word each.',
      })
    : new InputError('bad-files-list', `"${line}" is no line of debian/files`, {
        where: { file: path, line: number },
        hint: 'A build writes this file: remove it.',
      });
}
