import { FilterProcess } from '../../archive/compression/filter-process.ts';
import { ArchiveError } from '../../errors.ts';
import type { ModuleCompression } from '../../kernel/config.ts';

/**
 * The most bytes that a module may have after decompression. A larger module is not read. A damaged or hostile file
 * could decompress without end.
 */
export const MOST_MODULE_BYTES = 512 * 1024 ** 2;

const PROGRAMS = {
  xz: ['xz', '-dc', '--format=xz', '--memlimit-decompress=1GiB'],
  zstd: ['zstd', '-dcq', '--memory=1024MB'],
  gzip: ['gzip', '-dc'],
} as const;

/** Returns the compression of a module's bytes, by their magic number. */
export function compressionOf(bytes: Buffer): ModuleCompression {
  const start = bytes.subarray(0, 6).toString('hex');
  if (start === 'fd377a585a00') return 'xz';
  if (start.startsWith('28b52ffd')) return 'zstd';
  if (start.startsWith('1f8b')) return 'gzip';
  return 'none';
}

/**
 * Returns the kind of integrity check that the header of an xz file names (xz file format 1.1, 2.1.1.2); undefined
 * if it is unknown.
 */
export function xzCheck(bytes: Buffer): string | undefined {
  return { 0: 'none', 1: 'crc32', 4: 'crc64', 10: 'sha256' }[(bytes[7] ?? 255) & 0x0f];
}

/**
 * Decompresses a module. Returns `bytes` if they are not compressed. Throws ArchiveError `damaged` or `too-large`,
 * SystemError `tool-missing`.
 */
export async function decompressModule(bytes: Buffer): Promise<Buffer> {
  const compression = compressionOf(bytes);
  if (compression === 'none') return bytes;
  const [program, ...args] = PROGRAMS[compression];
  const filter = new FilterProcess(program, args, 'pipe');
  filter.child.stdin?.end(bytes);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of filter.child.stdout ?? []) {
      pieces.push(piece as Buffer);
      size += (piece as Buffer).length;
      if (size > MOST_MODULE_BYTES) {
        throw new ArchiveError(
          'too-large',
          `the decompressed module has more than ${MOST_MODULE_BYTES} bytes`,
        );
      }
    }
    await filter.succeeded('damaged', 'Fetch or build the package again.');
  } finally {
    filter.kill();
    await Promise.allSettled([filter.ended()]);
  }
  return Buffer.concat(pieces);
}
