/** A tar archive of which every byte can be a lie. */
export interface RawEntry {
  name: Buffer;
  type: string;
  content: Buffer;
  linkName?: Buffer;
  /** Instead of the content's own size. */
  size?: number;
  /** Whole header fields as they are to stand there, by their place. */
  readonly raw?: readonly (readonly [at: number, bytes: Buffer])[];
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  magic?: string;
  prefix?: string;
  /** The checksum is made after the lies, unless it is one itself. */
  checksum?: 'right' | 'wrong' | 'signed';
  /** Written before the header instead of it, as it is. */
  before?: Buffer;
}

const BLOCK = 512;

export function file(
  name: string,
  content: Buffer | string,
  more: Partial<RawEntry> = {},
): RawEntry {
  return { name: Buffer.from(name), type: '0', content: Buffer.from(content), ...more };
}

export function directory(name: string, more: Partial<RawEntry> = {}): RawEntry {
  return { name: Buffer.from(name), type: '5', content: Buffer.alloc(0), mode: 0o755, ...more };
}

export function link(
  type: '1' | '2',
  name: string,
  target: string,
  more: Partial<RawEntry> = {},
): RawEntry {
  const linkName = Buffer.from(target);
  return { name: Buffer.from(name), type, content: Buffer.alloc(0), linkName, ...more };
}

export function rawTar(
  entries: readonly RawEntry[],
  end: Buffer = Buffer.alloc(2 * BLOCK),
): Buffer {
  return Buffer.concat([...entries.flatMap(rawEntry), end]);
}

function rawEntry(entry: RawEntry): Buffer[] {
  const parts: Buffer[] = entry.before === undefined ? [] : [entry.before];
  const long = (type: string, text: Buffer) => {
    const content = Buffer.concat([text, Buffer.alloc(1)]);
    parts.push(header({ name: Buffer.from('././@LongLink'), type, content }), padded(content));
  };
  const { linkName } = entry;
  if (linkName !== undefined && linkName.length > 100) long('K', linkName);
  if (entry.name.length > 100 && entry.prefix === undefined) long('L', entry.name);
  parts.push(header(entry), padded(entry.content));
  return parts;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function header(entry: RawEntry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (at: number, width: number, value: number) =>
    block.write(value.toString(8).padStart(width - 1, '0'), at, width - 1, 'latin1');
  entry.name.copy(block, 0, 0, 100);
  octal(100, 8, entry.mode ?? 0o644);
  octal(108, 8, entry.uid ?? 0);
  octal(116, 8, entry.gid ?? 0);
  octal(124, 12, entry.size ?? entry.content.length);
  octal(136, 12, entry.mtime ?? 1_700_000_000);
  block.write(entry.type, 156, 'latin1');
  entry.linkName?.copy(block, 157, 0, 100);
  block.write(entry.magic ?? 'ustar  \0', 257, 'latin1');
  block.write('root', 265, 'latin1');
  block.write('root', 297, 'latin1');
  if (entry.prefix !== undefined) block.write(entry.prefix, 345, 155, 'latin1');
  for (const [at, bytes] of entry.raw ?? []) bytes.copy(block, at);
  if (entry.raw?.some(([at]) => at === 148)) return block;
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += entry.checksum === 'signed' && byte > 127 ? byte - 256 : byte;
  if (entry.checksum === 'wrong') sum += 1;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
