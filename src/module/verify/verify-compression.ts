import { moduleCompression } from '../../kernel/config.ts';
import type { ModuleFacts } from '../format/module-facts.ts';
import { compressionSuffix, suffixInName } from '../format/module-path.ts';
import { error, type Finding, unchecked, warning } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/** The integrity checks of xz that the kernel's decompressor accepts (lib/xz/xz_dec_stream.c). */
const KERNEL_TAKES: readonly (string | undefined)[] = ['crc32', 'none'];

/**
 * Checks that the suffix fits the bytes, and that the kernel can load the compressed module. If the kernel itself
 * decompresses this kind of compression (CONFIG_MODULE_DECOMPRESS), kmod passes the compressed module to the kernel.
 * Otherwise kmod decompresses the module (libkmod, kmod_module_insert_module). A module that is not compressed always
 * loads, so it gets no warning.
 */
export function verifyCompression(facts: ModuleFacts, { config }: VerifyAgainst): Finding[] {
  const { compression, integrity, file } = facts;
  if (suffixInName(file) !== compressionSuffix(compression)) {
    const message = `the suffix of ${file} is wrong: the file is ${compression === 'none' ? 'not compressed' : `compressed with ${compression}`}`;
    return [error('wrong-suffix', message)];
  }
  const findings: Finding[] = [];
  if (compression === 'xz' && !KERNEL_TAKES.includes(integrity)) {
    const inKernel = config?.get('CONFIG_MODULE_DECOMPRESS') === 'y';
    const message = `its xz file has ${integrity === undefined ? 'an unknown integrity check' : `the integrity check ${integrity}`}; kernels accept only crc32 or none (xz --check=crc32)`;
    findings.push({ level: inKernel ? 'error' : 'warning', code: 'xz-check', message });
  }
  if (config === undefined || config.size === 0) {
    const message = `checking its compression (${compression}) needs the kernel's configuration`;
    return [...findings, unchecked('compression', message)];
  }
  const wanted = moduleCompression(config);
  if (compression === wanted) {
    findings.push({
      level: 'ok',
      code: 'compression',
      message: `compression: ${compression}, like the kernel's modules`,
    });
  } else if (compression !== 'none') {
    const message = `it is compressed with ${compression}; the compression of the kernel's own modules is ${wanted}`;
    findings.push(warning('other-compression', message));
  }
  return findings;
}
