import type { ModuleCompression } from '../../kernel/config.ts';
import { run } from '../../system/process/run.ts';
import { compressionSuffix } from '../format/module-path.ts';

/**
 * The programs with which kbuild compresses modules (scripts/Makefile.modinst). kbuild leaves the levels of gzip and
 * zstd, and in some releases the number of zstd's threads, to the programs; here they are fixed, so that each machine
 * writes the same bytes. The kernel's own decompressor accepts xz only with CRC32 or without a check, and only with a
 * dictionary of at most 1 MiB. `gzip -n` writes no time stamp.
 */
const COMPRESSORS = {
  gzip: ['gzip', '-9', '-n', '-f'],
  xz: ['xz', '--check=crc32', '--lzma2=dict=1MiB', '-f'],
  zstd: ['zstd', '-q', '-T1', '-19', '--rm', '-f'],
} as const;

/**
 * Replaces a module by a compressed one, made with kbuild's program. Returns the new path. For `none`, returns `file`
 * and leaves the module as it is.
 */
export async function compressModule(
  file: string,
  compression: ModuleCompression,
): Promise<string> {
  if (compression === 'none') return file;
  const [program, ...args] = COMPRESSORS[compression];
  await run(program, [...args, file]);
  return `${file}${compressionSuffix(compression)}`;
}
