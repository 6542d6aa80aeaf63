/** The FIXME that stands in debian/ where nothing told a fact. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTreeText } from '../system/files/read-tree-file.ts';

export interface UnknownMark {
  /** Below debian/. */
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** The files with facts that get into a package or its upload. */
const WITH_FACTS = /^(?:changelog|control|(?:.+\.)?copyright|.+\.dkms|.+\.metainfo\.xml)$/;
/** A changelog may speak of a FIXME that was mended; one that stands for a fact begins the line. */
const IN_CHANGELOG = /^(?: -- |\s+\* )FIXME\b/;
/** Longer files are not what init or a person writes. */
const MAXIMUM = 1024 * 1024;

/** The marks in one file's text; comments are a person's own notes. */
export function unknownMarks(path: string, text: string): UnknownMark[] {
  if (!WITH_FACTS.test(path) || !text.includes('FIXME')) return [];
  const mark = path === 'changelog' ? IN_CHANGELOG : /^(?!#).*\bFIXME\b/;
  return text
    .split('\n')
    .flatMap((line, index) =>
      mark.test(line) ? [{ path, line: index + 1, text: line.trim() }] : [],
    );
}

/** The marks in all files of a debian/ directory. */
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

/** `debian/control:4 has FIXME: Maintainer: …`. */
export function describeMark({ path, line, text }: UnknownMark): string {
  return `debian/${path}:${line} has FIXME: ${text.slice(0, 100)}`;
}
