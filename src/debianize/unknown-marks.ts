/** Finds the FIXMEs in debian/ and in a spec. init writes a FIXME where it does not know a fact. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTreeText } from '../system/files/read-tree-file.ts';

export interface UnknownMark {
  /** The path of the file, relative to debian/ or rpm/. */
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/**
 * Matches files of debian/ and rpm/ whose facts become part of a package or an upload. A FIXME in any other file is
 * ignored.
 */
const WITH_FACTS = /^(?:changelog|control|(?:.+\.)?copyright|.+\.dkms|.+\.metainfo\.xml|.+\.spec)$/;
/**
 * Matches a FIXME of init in a changelog: at the beginning of a change or of a name. Elsewhere an entry may mention a
 * FIXME.
 */
const IN_CHANGELOG = /^(?: -- |\s+\* )FIXME\b/;
/** Matches a FIXME of init in a spec: in the licence, or in a heading of %changelog. */
const IN_SPEC = /^(?:License:.*FIXME|\* .*\bFIXME\b)/;
/** Files with more bytes than this are not read. */
const MAXIMUM = 1024 * 1024;

/** Returns the FIXMEs of init in the text of one file (WITH_FACTS). FIXMEs in comments are not among them. */
export function unknownMarks(path: string, text: string): UnknownMark[] {
  if (!WITH_FACTS.test(path) || !text.includes('FIXME')) return [];
  const mark = markOf(path);
  return text
    .split('\n')
    .flatMap((line, index) =>
      mark.test(line) ? [{ path, line: index + 1, text: line.trim() }] : [],
    );
}

function markOf(path: string): RegExp {
  if (path === 'changelog') return IN_CHANGELOG;
  return path.endsWith('.spec') ? IN_SPEC : /^(?!#).*\bFIXME\b/;
}

/** Returns the FIXMEs of init in a debian/ directory: in the files that WITH_FACTS matches. */
export async function readUnknownMarks(debian: string): Promise<UnknownMark[]> {
  const found: UnknownMark[] = [];
  for (const name of (await readdir(debian)).sort()) {
    const file = join(debian, name);
    const status = WITH_FACTS.test(name) ? await stat(file).catch(() => undefined) : undefined;
    if (!status?.isFile() || status.size > MAXIMUM) continue;
    found.push(...unknownMarks(name, await readTreeText(file)));
  }
  return found;
}

/** Describes a FIXME for a message: `debian/control:4 has FIXME: Maintainer: …`. */
export function describeMark({ path, line, text }: UnknownMark, folder = 'debian'): string {
  return `${folder}/${path}:${line} has FIXME: ${text.slice(0, 100)}`;
}
