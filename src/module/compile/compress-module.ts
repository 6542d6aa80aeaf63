import type { ModuleCompression } from '../../kernel/config.ts';
import { run } from '../../system/process/run.ts';
import { compressionSuffix } from '../format/module-path.ts';

/**
 * The programs with which kbuild compresses modules (scripts/Makefile.modinst). kbuild leaves the level and the number
 * of threads to the programs; here they are set. The kernel's own decompressor accepts xz only with CRC32 and with a
 * dictionary of at most 1 MiB. `gzip -n` writes no time stamp, so that builds are reproducible.
 */
const COMPRESSORS = {
  gzip: ['gzip', '-9', '-n', '-f'],
  xz: ['xz', '--check=crc32', '--lzma2=dict=1MiB', '-f'],
  zstd: ['zstd', '-q', '-T1', '-19', '--rm', '-f'],
} as const;

/** Replaces a module by a compressed one, made with kbuild's program. Returns the new path. */
export async function compressModule(
  file: string,
  compression: ModuleCompression,
): Promise<string> {
  if (compression === 'none') return file;
  const [program, ...args] = COMPRESSORS[compression];
  await run(program, [...args, file]);
  return `${file}${compressionSuffix(compression)}`;
}
