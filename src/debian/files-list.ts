import { InputError } from '../errors.ts';

/** A file of an upload, as listed in debian/files. */
export interface ListedFile {
  readonly fileName: string;
  readonly section: string;
  readonly priority: string;
}

/**
 * Matches a line of debian/files: name, section, priority, then attributes such as `automatic=yes`
 * (deb-src-files(5)).
 */
const LINE = /^(?<name>[-+:.,_0-9A-Za-z~]+) \S+ \S+(?:\s+[0-9a-z-]+=\S+)*$/;

/**
 * Returns the text of debian/files with `file` added as by dpkg-distaddfile(1): sorted by name, and
 * without an older line of the same name. `path` is used in messages. Throws InputError
 * `bad-files-list` for an invalid line, or if the section or priority contains white space.
 */
export function addListedFile(text: string, file: ListedFile, path: string): string {
  const { fileName, section, priority } = file;
  const added = `${fileName} ${section} ${priority}`;
  const lines = new Map<string, string>();
  const known = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  for (const [index, line] of [...known, added].entries()) {
    const name = LINE.exec(line)?.groups?.name;
    if (name === undefined) throw badLine(line, path, index < known.length ? index + 1 : undefined);
    // Of two old lines with the same name, the first one is kept, as by dpkg-dev. The added line replaces them.
    if (line === added || !lines.has(name)) lines.set(name, line.replace(/\s+/g, ' '));
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, line]) => `${line}\n`).join('');
}

function badLine(line: string, path: string, number: number | undefined): InputError {
  return number === undefined
    ? new InputError('bad-files-list', `"${line}" cannot be a line of debian/files`, {
        hint: 'Write Section and Priority in debian/control as one word each.',
      })
    : new InputError('bad-files-list', `"${line}" is not a valid line of debian/files`, {
        where: { file: path, line: number },
        hint: 'Remove the file: a build writes it again.',
      });
}
