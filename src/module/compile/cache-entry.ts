import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LARGEST_TEXT, readTreeFile } from '../../system/files/read-tree-file.ts';
import { sha256 } from '../../system/files/sha256.ts';

const RECORD = 'record';

/** The record of the files in a cache entry. */
export interface CacheRecord {
  /** The ABI of the modules. Undefined if the entry is a package (writeCachedPackage). */
  readonly abi?: string | undefined;
  readonly otherExports?: string | undefined;
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  /** The names among `files` that belong to debug data. */
  readonly debug?: readonly string[] | undefined;
}

/** The error for an entry whose contents differ from what was written. The message says which file differs. */
export class DamagedEntry extends Error {}

/** Writes an entry into `directory`. */
export async function writeEntry(
  directory: string,
  files: ReadonlyMap<string, Buffer>,
  about: Omit<CacheRecord, 'files'>,
): Promise<void> {
  const listed = [];
  for (const [name, bytes] of files) {
    await writeFile(join(directory, name), bytes);
    listed.push({ name, size: bytes.length, sha256: sha256(bytes) });
  }
  const text = JSON.stringify({ ...about, files: listed } satisfies CacheRecord);
  await writeFile(join(directory, RECORD), `${sha256(text)}\n${text}\n`);
}

/**
 * Reads an entry and compares every file with its recorded checksum, so that damage to the disk and changes by other
 * programs are found. Throws DamagedEntry, errors of node, and InputError of readTreeFile.
 */
export async function readEntry(
  directory: string,
): Promise<{ record: CacheRecord; files: ReadonlyMap<string, Buffer> }> {
  const record = parseRecord(await readTreeFile(join(directory, RECORD), LARGEST_TEXT));
  const files = new Map<string, Buffer>();
  for (const { name, size, sha256: wanted } of record.files) {
    const bytes = await readTreeFile(join(directory, name), size);
    if (sha256(bytes) !== wanted) throw new DamagedEntry(`${name} has other contents`);
    files.set(name, bytes);
  }
  return { record, files };
}

function parseRecord(bytes: Buffer): CacheRecord {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n');
  const body = text.slice(end + 1, -1);
  // The bytes are compared, not the text, because in `text` replacement characters stand for bytes that are not
  // UTF-8.
  if (!bytes.equals(Buffer.from(`${sha256(body)}\n${body}\n`))) {
    throw new DamagedEntry(`${RECORD} has other contents`);
  }
  const record = JSON.parse(body) as CacheRecord;
  if (record.files.some(({ name }) => basename(name) !== name)) {
    throw new DamagedEntry(`${RECORD} names files elsewhere`);
  }
  return record;
}
