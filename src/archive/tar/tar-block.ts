/**
 * Reads one header block of a tar archive by dpkg's rules (lib/dpkg/tarfn.c). Values that GNU tar,
 * dpkg and other programs read differently are refused.
 */

export interface TarBlock {
  /** The whole name, including the prefix field of ustar. */
  readonly name: Buffer;
  readonly linkName: Buffer;
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly owner: Buffer;
  readonly group: Buffer;
}

const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;
/** The largest user or group id: for chown(2), (uid_t)-1 means "do not change". A larger id is an error. */
const MOST_ID = 0xff_ff_ff_fe;

/**
 * Reads a block of 512 bytes as a header. If the block is not a valid header, returns a phrase that says what is
 * wrong with it.
 */
export function parseTarBlock(block: Buffer): TarBlock | string {
  const stated = octal(block.subarray(CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES));
  if (stated === undefined || stated !== checksum(block)) return 'a header with a wrong checksum';
  const fields = {
    mode: number(block.subarray(100, 108)),
    uid: number(block.subarray(108, 116)),
    gid: number(block.subarray(116, 124)),
    size: number(block.subarray(124, 136)),
    mtime: number(block.subarray(136, 148)),
  };
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || !Number.isSafeInteger(value)) return `no valid ${field}`;
    if (field !== 'mtime' && value < 0) return `a negative ${field}`;
  }
  const { mode = 0, uid = 0, gid = 0, size = 0, mtime = 0 } = fields;
  if (uid > MOST_ID || gid > MOST_ID) return 'an owner that cannot exist';
  if (mode > 0o177777) return 'no valid mode';
  const name = text(block.subarray(0, 100));
  const prefix = isUstar(block) ? text(block.subarray(345, 500)) : Buffer.alloc(0);
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    linkName: text(block.subarray(157, 257)),
    typeFlag: String.fromCharCode(block[156] ?? 0),
    mode,
    uid,
    gid,
    size,
    mtime,
    owner: text(block.subarray(265, 297)),
    group: text(block.subarray(297, 329)),
  };
}

/** Returns the bytes before the first NUL. */
export function text(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/**
 * Whether the block is a header in the POSIX ustar format. Such a header has a prefix field. In the same place, a
 * header of GNU tar has other fields.
 */
function isUstar(block: Buffer): boolean {
  return block.toString('latin1', 257, 263) === 'ustar\0';
}

/** Computes the checksum of the block. The bytes of the checksum field are added as spaces. */
function checksum(block: Buffer): number {
  let sum = CHECKSUM_BYTES * 0x20;
  for (let at = 0; at < block.length; at++) {
    if (at < CHECKSUM_AT || at >= CHECKSUM_AT + CHECKSUM_BYTES) sum += block[at] ?? 0;
  }
  return sum;
}

function number(field: Buffer): number | undefined {
  return field[0] === 0x80 || field[0] === 0xff ? base256(field) : octal(field);
}

/**
 * Reads a number in octal: spaces, then octal digits, then spaces or NULs. A field of NULs is 0. Returns undefined for
 * any other text, and for spaces alone.
 */
function octal(field: Buffer): number | undefined {
  const match = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'));
  if (match === null || /^ *$/.test(field.toString('latin1'))) return undefined;
  return Number.parseInt(match[1] || '0', 8);
}

/** Reads a number in GNU's base-256 format, which begins with a byte 0x80 or 0xff: big endian, two's complement. */
function base256(field: Buffer): number {
  const negative = field[0] === 0xff;
  let value = negative ? -1n : 0n;
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  return Number(value);
}
