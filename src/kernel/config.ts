import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The configuration a kernel was built with: CONFIG_ names without a value are absent. */
export type KernelConfig = ReadonlyMap<string, string>;

/**
 * Where the configuration of a headers directory is, in DKMS's order (dkms.in,
 * set_kernel_source_dir_and_kconfig: include/config/auto.conf, else .config); undefined if in neither.
 */
function findConfigFile(headersDirectory: string): string | undefined {
  return [
    join(headersDirectory, 'include/config/auto.conf'),
    join(headersDirectory, '.config'),
  ].find((file) => existsSync(file));
}

/** The configuration of a headers directory, and the file that it is in; empty where there is none. */
export async function readHeadersConfig(
  headersDirectory: string,
): Promise<{ configFile: string | undefined; config: KernelConfig }> {
  const configFile = findConfigFile(headersDirectory);
  const text = configFile === undefined ? '' : await readFile(configFile, 'utf8');
  return { configFile, config: parseKernelConfig(text) };
}

/**
 * Reads `CONFIG_X=value` lines. String values lose their quotes: .config has them always,
 * auto.conf only before Linux 6.12 (scripts/kconfig/confdata.c).
 */
export function parseKernelConfig(text: string): KernelConfig {
  const config = new Map<string, string>();
  // A kernel has ten thousand of them, most with `y` or `m`: no expression for each.
  for (const line of text.split('\n')) {
    const equals = line.startsWith('CONFIG_') ? line.indexOf('=') : -1;
    if (equals === -1) continue;
    const value = line.slice(equals + 1);
    config.set(
      line.slice(0, equals),
      value.startsWith('"') ? value.replace(/^"(.*)"$/, '$1') : value,
    );
  }
  return config;
}

/** How this kernel's own modules are compressed (kernel/module/Kconfig, MODULE_COMPRESS). */
export type ModuleCompression = 'none' | 'gzip' | 'xz' | 'zstd';

export function moduleCompression(config: KernelConfig): ModuleCompression {
  if (config.get('CONFIG_MODULE_COMPRESS_XZ') === 'y') return 'xz';
  if (config.get('CONFIG_MODULE_COMPRESS_ZSTD') === 'y') return 'zstd';
  if (config.get('CONFIG_MODULE_COMPRESS_GZIP') === 'y') return 'gzip';
  return 'none';
}
