import { encodePath } from '../bytes/path-bytes.ts';
import { contentSize, type StagedEntry } from '../staged/staged-entry.ts';
import { ROOT } from '../staged/staged-path.ts';

export const TAR_BLOCK = 512;
/** The size in bytes of GNU tar's default record of 20 blocks. The size of dpkg-deb's archives is a multiple of it. */
export const TAR_RECORD = 20 * TAR_BLOCK;

const NAME_BYTES = 100;
const TYPE_FLAG = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

interface Header {
  readonly name: Buffer;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
  readonly typeFlag: string;
  readonly linkName: Buffer;
}

/**
 * Returns the header blocks of one entry as written by `tar --format=gnu --owner root:0 --group
 * root:0 --clamp-mtime --mtime @latestMtime`. For a name or link target of more than 100 bytes, GNU
 * long records come before the header, because dpkg refuses PAX headers.
 */
export function tarHeader(entry: StagedEntry, latestMtime: number): Buffer {
  const name = encodePath(memberName(entry));
  const linkName = encodePath(linkNameOf(entry));
  const blocks: Buffer[] = [];
  if (linkName.length > NAME_BYTES) blocks.push(longRecord('K', linkName));
  if (name.length > NAME_BYTES) blocks.push(longRecord('L', name));
  blocks.push(
    headerBlock({
      name,
      linkName,
      mode: entry.type === 'symlink' ? 0o777 : entry.mode,
      size: entry.type === 'file' ? contentSize(entry.content) : 0,
      mtime: Math.min(entry.mtime, latestMtime),
      typeFlag: TYPE_FLAG[entry.type],
    }),
  );
  return blocks.length === 1 ? (blocks[0] as Buffer) : Buffer.concat(blocks);
}

/** Returns the number of bytes that must be added to `size` to get a multiple of `unit`. */
export function paddingTo(unit: number, size: number): number {
  return (unit - (size % unit)) % unit;
}

function memberName(entry: StagedEntry): string {
  if (entry.path === ROOT) return './';
  return entry.type === 'directory' ? `./${entry.path}/` : `./${entry.path}`;
}

function linkNameOf(entry: StagedEntry): string {
  if (entry.type === 'symlink') return entry.target;
  return entry.type === 'hardlink' ? `./${entry.target}` : '';
}

/** Returns a record whose content is the name or link target of the next entry. */
function longRecord(typeFlag: 'K' | 'L', text: Buffer): Buffer {
  const size = text.length + 1;
  const header = headerBlock({
    name: Buffer.from('././@LongLink'),
    linkName: Buffer.alloc(0),
    mode: 0o644,
    size,
    mtime: 0,
    typeFlag,
  });
  return Buffer.concat([header, text, Buffer.alloc(1 + paddingTo(TAR_BLOCK, size))]);
}

/** The fields that are equal in all headers: owner and group, and the magic of GNU tar. All other bytes are 0. */
const SAME_FIELDS = Buffer.alloc(TAR_BLOCK);
writeOctal(SAME_FIELDS, 108, 8, 0);
writeOctal(SAME_FIELDS, 116, 8, 0);
SAME_FIELDS.write('ustar  \0', 257, 'latin1');
SAME_FIELDS.write('root', 265, 'latin1');
SAME_FIELDS.write('root', 297, 'latin1');

function headerBlock(header: Header): Buffer {
  const block = Buffer.from(SAME_FIELDS);
  header.name.copy(block, 0, 0, NAME_BYTES);
  writeOctal(block, 100, 8, header.mode);
  writeNumber(block, 124, 12, header.size);
  writeNumber(block, 136, 12, header.mtime);
  block.write(header.typeFlag, 156, 'latin1');
  header.linkName.copy(block, 157, 0, NAME_BYTES);
  // In the sum, the checksum field itself is taken as eight spaces.
  let sum = 8 * 0x20;
  for (let at = 0; at < TAR_BLOCK; at++) sum += block[at] ?? 0;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function writeOctal(block: Buffer, at: number, width: number, value: number): void {
  block.write(value.toString(8).padStart(width - 1, '0'), at, 'latin1');
}

/** Writes the value in octal if it fits, else in base-256 (two's complement), as GNU tar's to_chars. */
function writeNumber(block: Buffer, at: number, width: number, value: number): void {
  if (value >= 0 && value < 8 ** (width - 1)) {
    writeOctal(block, at, width, value);
    return;
  }
  block.fill(value < 0 ? 0xff : 0, at, at + width);
  block.writeBigInt64BE(BigInt(value), at + width - 8);
  if (value >= 0) block[at] = 0x80;
}
