/** Reads the text files of a tree once. All facts about the contents of files are read from these texts. */
import { isAscii } from 'node:buffer';
import { closeSync, type Dirent, fstatSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writtenRpm } from '../../dkms/source/written-rpm.ts';
import { decodeText, looksBinary } from '../plain-text.ts';
import { isInstallStep } from './is-install-step.ts';

export type SourceKind = 'c' | 'readme' | 'licence' | 'other';

export interface SourceFile {
  /** The path of the file, relative to the tree, with `/` between its parts. */
  readonly path: string;
  readonly kind: SourceKind;
  readonly size: number;
  /** Whether the whole file was read and is ASCII. */
  readonly ascii?: boolean;
  /**
   * The whole text of the file. Of a file that is longer than HEAD_AND_TAIL allows, only the beginning, and of a C file
   * also the end. '' if the file is binary.
   */
  readonly text: string;
}

export interface Sources {
  readonly directory: string;
  /** The files, sorted by depth, then by the code units of the path, so that the order is the same on every machine. */
  readonly files: readonly SourceFile[];
  /** Messages about the limits that the tree exceeds. Empty for an ordinary driver. */
  readonly limits: readonly string[];
}

const MAX_FILES = 20_000;
const MAX_DEPTH = 24;
const MAX_TOTAL_BYTES = 96 * 1024 * 1024;

/**
 * The numbers of bytes that are read at the beginning and at the end of a file. Notices are at the beginning of a file,
 * and MODULE_ macros at the end of a C file.
 */
const HEAD_AND_TAIL: Readonly<Record<SourceKind, readonly [head: number, tail: number]>> = {
  c: [1024 * 1024, 128 * 1024],
  readme: [128 * 1024, 0],
  licence: [128 * 1024, 0],
  other: [8 * 1024, 0],
};

const SKIPPED_DIRECTORIES = new Set([
  '.git',
  '.svn',
  '.hg',
  '.bzr',
  '.pc',
  '.tmp_versions',
  'debian',
  'node_modules',
]);

/**
 * Matches files that are read up to the same limits as C files: those that init may copy into debian/, and Rust, whose
 * module! may come after a long comment. So are install steps: an `install:` is often at the end of a long makefile.
 */
const READ_LIKE_C = /\.(?:rules|conf|hwdb|rs)$/;

/**
 * Matches the names of files that are not opened: results of builds, leftovers of editors and patch, files without
 * text.
 */
const SKIPPED_FILES =
  /\.(?:k?o|a|so|mod|cmd|mod\.c|order|symvers|gz|bz2|xz|zst|zip|tar|deb|rpm|png|jpe?g|gif|ico|pdf|bin|fw|hex|mp4|orig|rej)$|^\.[^/]*\.cmd$|~$/i;

/**
 * Reads the tree under `directory`, without following symbolic links. Left out are debian/, .git/ and the other
 * SKIPPED_DIRECTORIES, the SKIPPED_FILES, the rpm/ that init wrote, and files that cannot be read. If the tree exceeds
 * the limits, only a part is read, and `limits` says so. Throws Node's error if `directory` itself cannot be read.
 */
export async function readSources(directory: string): Promise<Sources> {
  const limits: string[] = [];
  const paths = await list(directory, limits);
  const files: SourceFile[] = [];
  let bytes = 0;
  for (const path of paths) {
    const file = bytes < MAX_TOTAL_BYTES ? readSource(directory, path) : undefined;
    if (file === undefined) continue;
    bytes += file.text.length;
    files.push(file);
  }
  if (bytes >= MAX_TOTAL_BYTES) limits.push(`read only ${bytes >> 20} MiB of the tree`);
  return { directory, files: files.sort(byPath), limits };
}

export function kindOf(path: string): SourceKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.(?:[chS]|cc|cpp|hpp|c\.in|h\.in)$/.test(name)) return 'c';
  if (/^read[-_ ]?me(?:\.(?:md|markdown|mkd|rst|txt|adoc|asciidoc|org|textile))?$/i.test(name)) {
    return 'readme';
  }
  if (
    /^(?:un)?(?:licen[cs]e|copying|copyright)s?(?:[-_.].*)?$/i.test(name) ||
    /^(?:gpl|lgpl|mit|bsd|apache)(?:[-_.]?v?\d[\w.]*)?(?:\.(?:txt|md))?$/i.test(name) ||
    /(?:^|\/)LICEN[CS]ES\/(?:[^/]+\/)?[^/]+$/i.test(path)
  ) {
    return 'licence';
  }
  return 'other';
}

async function list(directory: string, limits: string[]): Promise<string[]> {
  const paths: string[] = [];
  const isWrittenRpm = await writtenRpm(directory);
  let level = [''];
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const entries = await Promise.all(level.map((folder) => entriesOf(directory, folder)));
    level = [];
    for (const [path, entry] of entries.flat()) {
      if (isWrittenRpm(path)) continue;
      if (entry.isDirectory()) {
        if (!SKIPPED_DIRECTORIES.has(entry.name)) level.push(path);
      } else if (entry.isFile() && !SKIPPED_FILES.test(entry.name)) {
        paths.push(path);
      }
    }
    if (paths.length > MAX_FILES) break;
  }
  if (paths.length > MAX_FILES) limits.push(`read only the first ${MAX_FILES} files of the tree`);
  else if (level.length > 0) limits.push(`read no folders more than ${MAX_DEPTH - 1} levels deep`);
  return paths.sort((a, b) => byPath({ path: a }, { path: b })).slice(0, MAX_FILES);
}

async function entriesOf(directory: string, folder: string): Promise<[string, Dirent][]> {
  try {
    const entries = await readdir(join(directory, folder), { withFileTypes: true });
    return entries.map((entry) => [folder === '' ? entry.name : `${folder}/${entry.name}`, entry]);
  } catch (error) {
    // A folder that cannot be read is left out, but the tree itself must be readable.
    if (folder === '') throw error;
    return [];
  }
}

/**
 * Reads one file. Returns undefined if it cannot be read. The function is synchronous, because for hundreds of small
 * files an asynchronous one takes twice as long.
 */
function readSource(directory: string, path: string): SourceFile | undefined {
  const kind = kindOf(path);
  const [head, tail] = HEAD_AND_TAIL[READ_LIKE_C.test(path) || isInstallStep(path) ? 'c' : kind];
  try {
    const file = openSync(join(directory, path), 'r');
    try {
      const { size } = fstatSync(file);
      let bytes: Buffer;
      if (size <= head + tail) {
        bytes = readAt(file, 0, size);
      } else {
        // A newline is put between beginning and end, so that no statement is read across the part that is left out.
        const parts = [readAt(file, 0, head), Buffer.from('\n')];
        if (tail > 0) parts.push(readAt(file, size - tail, tail));
        bytes = Buffer.concat(parts);
      }
      const ascii = isAscii(bytes) && bytes.length === size;
      return { path, kind, size, ascii, text: looksBinary(bytes) ? '' : decodeText(bytes) };
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  const depth = a.path.split('/').length - b.path.split('/').length;
  return depth !== 0 ? depth : a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
