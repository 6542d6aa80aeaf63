import type { ModuleCompression } from '../../kernel/config.ts';
import { run } from '../../system/process/run.ts';

/**
 * kbuild's own compressors and options (scripts/Makefile.modinst). The in-kernel decompressor takes
 * xz only with CRC32, and a dictionary of 1 MiB; gzip gets no time stamp, for equal bytes.
 */
const COMPRESSORS = {
  gzip: { suffix: '.gz', program: 'gzip', args: ['-9', '-n', '-f'] },
  xz: { suffix: '.xz', program: 'xz', args: ['--check=crc32', '--lzma2=dict=1MiB', '-f'] },
  zstd: { suffix: '.zst', program: 'zstd', args: ['-q', '-T1', '-19', '--rm', '-f'] },
} as const;

/** What the name of a compressed module ends in: `.xz`; empty where it stays as it is. */
export function compressionSuffix(compression: ModuleCompression): string {
  return compression === 'none' ? '' : COMPRESSORS[compression].suffix;
}

/** Compresses a module in place as the kernel's own are; returns the new path. */
export async function compressModule(
  file: string,
  compression: ModuleCompression,
): Promise<string> {
  if (compression === 'none') return file;
  const { suffix, program, args } = COMPRESSORS[compression];
  await run(program, [...args, file]);
  return `${file}${suffix}`;
}
