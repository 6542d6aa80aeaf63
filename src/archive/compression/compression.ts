import { availableParallelism } from 'node:os';
import { ArchiveError } from '../../errors.ts';

/**
 * The type and level of a compression, as for dpkg-deb's options -Z and -z. Without a level, dpkg-deb's default for
 * the type is used.
 */
export interface Compression {
  readonly type: 'xz' | 'gzip' | 'zstd' | 'none';
  readonly level?: number;
}

/** The default of Debian's dpkg-deb. The dpkg-deb of Ubuntu uses zstd. */
export const DEFAULT_COMPRESSION: Compression = { type: 'xz' };

/** A program that compresses a tar archive from stdin to stdout. */
export interface Compressor {
  readonly program: string;
  /**
   * Returns the program's arguments. `firstPiece` is the size in bytes of the archive's first piece. If it is
   * smaller than TAR_PIECE, the archive has only this piece.
   */
  args(firstPiece: number): readonly string[];
}

export interface CompressionPlan {
  /** The extension of the members, as in control.tar.xz and data.tar.xz. */
  readonly extension: '' | '.xz' | '.gz' | '.zst';
  /** The program that compresses. Missing if nothing is compressed. */
  readonly compressor?: Compressor;
}

const LEVELS = {
  xz: { lowest: 0, highest: 9, usual: 6 },
  gzip: { lowest: 0, highest: 9, usual: 9 },
  zstd: { lowest: 1, highest: 22, usual: 3 },
} as const;

const ZSTD_STREAM_BYTES = 128 * 1024;

/**
 * Returns how to compress both tar archives, as dpkg-deb 1.19 and later does. xz and zstd give the
 * same bytes as dpkg-deb. gzip does not, because dpkg-deb uses zlib; but unlike Node's zlib, gzip
 * gives the same bytes on every machine. Throws ArchiveError `compression` for a type or level that
 * dpkg-deb does not support.
 */
export function planCompression(compression: Compression): CompressionPlan {
  const { type } = compression;
  if (type === 'none') return { extension: '' };
  const limits = LEVELS[type];
  if (limits === undefined) throw unknown(`unknown compression type ${JSON.stringify(type)}`);
  const level = compression.level ?? limits.usual;
  if (!Number.isInteger(level) || level < limits.lowest || level > limits.highest) {
    throw unknown(`${type} has no compression level ${level}`);
  }
  // With one thread, xz and zstd write other bytes than with two. From two threads on, the number of threads does not
  // change the bytes. So at least two threads are used.
  const threads = `-T${Math.max(2, availableParallelism())}`;
  switch (type) {
    case 'xz': {
      const args = ['-c', `-${level}`, threads];
      return { extension: '.xz', compressor: { program: 'xz', args: () => args } };
    }
    case 'gzip': {
      // At gzip level 0 dpkg-deb does not compress at all.
      if (level === 0) return { extension: '' };
      const args = ['-c', '-n', `-${level}`];
      return { extension: '.gz', compressor: { program: 'gzip', args: () => args } };
    }
    case 'zstd': {
      const args = ['-q', '-c', ...(level > 19 ? ['--ultra'] : []), `-${level}`, threads];
      return { extension: '.zst', compressor: { program: 'zstd', args: sized(args) } };
    }
  }
}

/**
 * Adds --stream-size to zstd's arguments for a small archive. dpkg-deb compresses an archive below ZSTD_CStreamInSize
 * in one call. In this case libzstd knows the size, and writes another frame header than for a stream.
 */
function sized(args: readonly string[]): Compressor['args'] {
  return (firstPiece) =>
    firstPiece < ZSTD_STREAM_BYTES ? [...args, `--stream-size=${firstPiece}`] : args;
}

function unknown(message: string): ArchiveError {
  return new ArchiveError('compression', message, {
    hint: 'Use xz or gzip (levels 0 to 9), zstd (levels 1 to 22) or none.',
  });
}
