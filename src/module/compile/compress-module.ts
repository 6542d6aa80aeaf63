import type { ModuleCompression } from '../../kernel/config.ts';
import { run } from '../../system/process/run.ts';
import { compressionSuffix } from '../format/module-path.ts';

/**
 * kbuild's compressors and options (scripts/Makefile.modinst). The decompressor in the kernel takes xz only
 * with CRC32 and a dictionary of at most 1 MiB. `gzip -n` writes no time stamp, so that builds are reproducible.
 */
const COMPRESSORS = {
  gzip: ['gzip', '-9', '-n', '-f'],
  xz: ['xz', '--check=crc32', '--lzma2=dict=1MiB', '-f'],
  zstd: ['zstd', '-q', '-T1', '-19', '--rm', '-f'],
} as const;

/** Compresses a module in place with kbuild's options, and returns its new path. */
export async function compressModule(
  file: string,
  compression: ModuleCompression,
): Promise<string> {
  if (compression === 'none') return file;
  const [program, ...args] = COMPRESSORS[compression];
  await run(program, [...args, file]);
  return `${file}${compressionSuffix(compression)}`;
}
