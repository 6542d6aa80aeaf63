import { open } from 'node:fs/promises';

/** The first `length` bytes of a file, all of a shorter one, however large it is. Errors are node's. */
export async function readStart(file: string, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
