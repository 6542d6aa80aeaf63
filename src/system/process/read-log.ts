import type { FileHandle } from 'node:fs/promises';

/** The number of bytes that are read at the beginning and at the end of a long log. */
const LOG_END = 4 * 1024 * 1024;

/**
 * Returns the text that was added to a log after the position `start`. If the text has more than twice LOG_END bytes,
 * returns only its beginning and its end, with `[…]` between them.
 */
export async function readLog(log: FileHandle, start: number): Promise<string> {
  const { size } = await log.stat();
  const read = async (from: number, length: number) => {
    const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, from);
    return buffer.toString('utf8', 0, bytesRead);
  };
  const length = Math.max(0, size - start);
  if (length <= 2 * LOG_END) return read(start, length);
  const ends = await Promise.all([read(start, LOG_END), read(size - LOG_END, LOG_END)]);
  return ends.join('\n[…]\n');
}
