import { availableParallelism } from 'node:os';
import { ArchiveError } from '../../errors.ts';

/** As dpkg-deb's -Z and -z; without a level, dpkg-deb's default for the type. */
export interface Compression {
  readonly type: 'xz' | 'gzip' | 'zstd' | 'none';
  readonly level?: number;
}

/** dpkg-deb's default since 1.15.6 in Debian. */
export const DEFAULT_COMPRESSION: Compression = { type: 'xz' };

/** A program that reads a tar archive on stdin and writes it compressed to stdout. */
export interface Compressor {
  readonly program: string;
  /** `firstPiece` is how many bytes come at once; less than TAR_PIECE is the whole archive. */
  args(firstPiece: number): readonly string[];
}

export interface CompressionPlan {
  /** Of the members: control.tar.xz, data.tar.xz. */
  readonly extension: '' | '.xz' | '.gz' | '.zst';
  /** Missing where the tar archive is stored as it is. */
  readonly compressor?: Compressor;
}

const LEVELS = {
  xz: { lowest: 0, highest: 9, usual: 6 },
  gzip: { lowest: 0, highest: 9, usual: 9 },
  zstd: { lowest: 1, highest: 22, usual: 3 },
} as const;

const ZSTD_STREAM_BYTES = 128 * 1024;

/**
 * How dpkg-deb (1.19 and later, uniform compression) would compress both tar archives.
 * xz and zstd give its bytes; gzip differs from the zlib in dpkg-deb, but is the same everywhere,
 * which Node's own zlib is not. ArchiveError `compression` for what dpkg-deb does not know.
 */
export function planCompression(compression: Compression): CompressionPlan {
  const { type } = compression;
  if (type === 'none') return { extension: '' };
  const limits = LEVELS[type];
  if (limits === undefined) throw unknown(`compression type ${JSON.stringify(type)} is not known`);
  const level = compression.level ?? limits.usual;
  if (!Number.isInteger(level) || level < limits.lowest || level > limits.highest) {
    throw unknown(`${type} has no compression level ${level}`);
  }
  // At least two: xz -T1 and zstd --single-thread are other encoders with other bytes, while the
  // bytes of the threaded ones do not depend on how many threads there are.
  const threads = `-T${Math.max(2, availableParallelism())}`;
  switch (type) {
    case 'xz': {
      const args = ['-c', `-${level}`, threads];
      return { extension: '.xz', compressor: { program: 'xz', args: () => args } };
    }
    case 'gzip': {
      // dpkg-deb takes gzip at level 0 as "none".
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
 * dpkg-deb hands an archive below ZSTD_CStreamInSize to libzstd in one call, which then knows
 * its size and writes another frame header than for a stream.
 */
function sized(args: readonly string[]): Compressor['args'] {
  return (firstPiece) =>
    firstPiece < ZSTD_STREAM_BYTES ? [...args, `--stream-size=${firstPiece}`] : args;
}

function unknown(message: string): ArchiveError {
  return new ArchiveError('compression', message, {
    hint: 'Use xz (0 to 9), gzip (0 to 9), zstd (1 to 22) or none.',
  });
}
