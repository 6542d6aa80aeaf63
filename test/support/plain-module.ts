import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** A module as the compiler and strip left it, and what was put behind that. */
export interface PlainModule {
  /** `hello.ko` */
  readonly name: string;
  readonly bytes: Buffer;
  /** The CMS of its signature, DER. */
  readonly signature: Buffer | undefined;
}

const PROGRAMS: Readonly<Record<string, string>> = { xz: 'xz', gz: 'gzip', zst: 'zstd' };

/** The end of a signed module: `struct module_signature` before it has 12 bytes. */
const MAGIC = Buffer.from('~Module signature appended~\n');

/** Takes compression and signature off a module. Without src/, which is measured by it. */
export async function plainModule(file: string): Promise<PlainModule> {
  const name = basename(file).replace(/\.(xz|gz|zst)$/, '');
  const program = PROGRAMS[file.slice(file.lastIndexOf('.') + 1)];
  const all =
    program === undefined ? await readFile(file) : (await run(program, ['-dc', file])).bytes;
  if (!all.subarray(-MAGIC.length).equals(MAGIC)) return { name, bytes: all, signature: undefined };
  const end = all.length - MAGIC.length - 12;
  // The structure ends with the big-endian length of the signature before it.
  const start = end - all.readUInt32BE(end + 8);
  return { name, bytes: all.subarray(0, start), signature: all.subarray(start, end) };
}
