import { moduleCompression } from '../../kernel/config.ts';
import type { ModuleFacts } from '../format/module-facts.ts';
import type { Finding } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

const SUFFIX = { none: '', gzip: '.gz', xz: '.xz', zstd: '.zst' } as const;
/** lib/xz/xz_dec_stream.c: XZ_CHECK_CRC32 or none; others are XZ_OPTIONS_ERROR. */
const KERNEL_TAKES: readonly (string | undefined)[] = ['crc32', 'none'];

/**
 * Whether name and bytes agree, and whether the kernel can take the module as it is: kmod passes a
 * compressed file on to a kernel with CONFIG_MODULE_DECOMPRESS and the same compression, and unpacks
 * all others itself (libkmod, kmod_module_insert_module).
 */
export function verifyCompression(facts: ModuleFacts, { config }: VerifyAgainst): Finding[] {
  const { compression, integrity, file } = facts;
  const suffix = /\.ko(\.\w+)?$/.exec(file)?.[1] ?? '';
  if (suffix !== SUFFIX[compression]) {
    const message = `${file} is ${compression === 'none' ? 'not compressed' : `compressed with ${compression}`}, against its name`;
    return [{ level: 'error', code: 'wrong-suffix', message }];
  }
  const findings: Finding[] = [];
  if (compression === 'xz' && !KERNEL_TAKES.includes(integrity)) {
    const inKernel = config?.get('CONFIG_MODULE_DECOMPRESS') === 'y';
    const message = `its xz file has the check ${integrity ?? 'of an unknown kind'}; kernels take crc32 only (xz --check=crc32)`;
    findings.push({ level: inKernel ? 'error' : 'warning', code: 'xz-check', message });
  }
  if (config === undefined || config.size === 0) {
    const message = `whether the kernel's modules are compressed alike (${compression}) needs its configuration`;
    return [...findings, { level: 'unchecked', code: 'compression', message }];
  }
  const wanted = moduleCompression(config);
  if (compression === wanted) {
    findings.push({
      level: 'ok',
      code: 'compression',
      message: `compression: ${compression}, as the kernel's`,
    });
  } else if (compression !== 'none') {
    const message = `it is compressed with ${compression}, the kernel's own modules: ${wanted}`;
    findings.push({ level: 'warning', code: 'other-compression', message });
  }
  return findings;
}
