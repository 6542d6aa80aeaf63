import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { decodePath } from '../../../src/archive/bytes/path-bytes.ts';

/** One object as find(1) sees it, which gets to paths that are too long for a call. */
export interface OnDisk {
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly size: number;
  /** Whole seconds. */
  readonly mtime: number;
  /** Also changes with what is in it. */
  readonly changed: string;
  readonly target: string;
}

const FORMAT = '%P\\0%y\\0%m\\0%U:%G\\0%s\\0%T@\\0%C@ %i\\0%l\\0';
const FIELDS = 8;

/** All below a directory, by path relative to it; '' is itself. */
export function listOnDisk(directory: string): Map<string, OnDisk> {
  const options = { maxBuffer: 200_000_000 };
  const { stdout } = spawnSync('find', [directory, '-printf', FORMAT], options);
  const fields: string[] = [];
  let at = 0;
  for (let end = stdout.indexOf(0); end >= 0; end = stdout.indexOf(0, at)) {
    fields.push(decodePath(stdout.subarray(at, end)));
    at = end + 1;
  }
  const found = new Map<string, OnDisk>();
  for (let index = 0; index + FIELDS <= fields.length; index += FIELDS) {
    const [
      path = '',
      type = '',
      mode = '',
      owner = '',
      size = '',
      mtime = '',
      changed = '',
      target = '',
    ] = fields.slice(index, index + FIELDS);
    found.set(path, {
      type,
      mode: Number.parseInt(mode, 8),
      owner,
      size: Number(size),
      mtime: Math.floor(Number(mtime)),
      changed,
      target,
    });
  }
  return found;
}

/** md5 of a regular file that may be large and is not too large. */
export async function digestOf(file: Buffer): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}
