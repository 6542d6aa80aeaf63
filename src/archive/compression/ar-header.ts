import { ArchiveError } from '../../errors.ts';

/** The first bytes of every ar archive. */
export const AR_MAGIC = '!<arch>\n';
export const AR_HEADER_BYTES = 60;
const AR_END = '`\n';
const MOST_NAME_BYTES = 15;
/**
 * The largest size of a member in bytes: the field in the header has ten decimal digits (dpkg, lib/dpkg/ar.c). A larger
 * member is an error.
 */
const MOST_SIZE = 9_999_999_999;
const MOST_TIME = 999_999_999_999;

export interface ArMember {
  readonly name: string;
  /** The time of the member, in seconds since 1970. */
  readonly mtime: number;
  readonly mode: number;
  readonly size: number;
}

/**
 * Returns a member header as dpkg writes it (deb(5), lib/dpkg/ar.c): name without a trailing slash,
 * owner 0/0, mode 100644, `mtime` in seconds, `size` in bytes. Throws ArchiveError `too-large` or
 * `member-name` if the size or the name does not fit into its field. The caller checks `mtime` (isArTime).
 */
export function arHeader(name: string, size: number, mtime: number): Buffer {
  if (size > MOST_SIZE) {
    throw new ArchiveError(
      'too-large',
      `${name} has ${size} bytes, more than a .deb can hold (${MOST_SIZE})`,
      {
        hint: 'Use a stronger compression (xz), or split the package.',
      },
    );
  }
  if (name.length > MOST_NAME_BYTES) {
    throw new ArchiveError('member-name', `${name} is too long for an ar member`);
  }
  const fields = [
    name.padEnd(16),
    String(mtime).padEnd(12),
    '0'.padEnd(6),
    '0'.padEnd(6),
    '100644'.padEnd(8),
    String(size).padEnd(10),
    AR_END,
  ];
  return Buffer.from(fields.join(''), 'latin1');
}

/** Whether a time (in seconds since 1970) fits into the header. It must be from 0 to 999999999999. */
export function isArTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= MOST_TIME;
}

/**
 * Reads a member header. Returns undefined if the bytes are not a member header. A slash at the end of the name is
 * removed.
 */
export function parseArHeader(header: Buffer): ArMember | undefined {
  const text = header.toString('latin1');
  if (text.length !== AR_HEADER_BYTES || !text.endsWith(AR_END)) return undefined;
  const size = text.slice(48, 58).trimEnd();
  if (!/^\d+$/.test(size)) return undefined;
  return {
    name: text.slice(0, 16).trimEnd().replace(/\/$/, ''),
    mtime: Number(text.slice(16, 28)),
    mode: Number.parseInt(text.slice(40, 48), 8),
    size: Number(size),
  };
}
