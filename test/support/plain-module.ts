import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** A module without compression and signature, and the removed signature. */
export interface PlainModule {
  /** `hello.ko` */
  readonly name: string;
  readonly bytes: Buffer;
  /** The CMS of its signature in DER. */
  readonly signature: Buffer | undefined;
}

const PROGRAMS: Readonly<Record<string, string>> = { xz: 'xz', gz: 'gzip', zst: 'zstd' };

/** The last bytes of a signed module. `struct module_signature`, with 12 bytes, comes before them. */
const MAGIC = Buffer.from('~Module signature appended~\n');

/** Removes compression and signature of a module. Does not use src/, because that is what the tests check. */
export async function plainModule(file: string): Promise<PlainModule> {
  const name = basename(file).replace(/\.(xz|gz|zst)$/, '');
  const program = PROGRAMS[file.slice(file.lastIndexOf('.') + 1)];
  const all =
    program === undefined ? await readFile(file) : (await run(program, ['-dc', file])).bytes;
  if (!all.subarray(-MAGIC.length).equals(MAGIC)) return { name, bytes: all, signature: undefined };
  const end = all.length - MAGIC.length - 12;
  // The structure ends with the length of the signature, in big-endian order.
  const start = end - all.readUInt32BE(end + 8);
  return { name, bytes: all.subarray(0, start), signature: all.subarray(start, end) };
}
