import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The configuration of a kernel: the value of each CONFIG_ name. It has no entries for names that are not set. */
export type KernelConfig = ReadonlyMap<string, string>;

/**
 * Returns the path of the configuration file in a headers directory: include/config/auto.conf, otherwise .config, as
 * DKMS does (dkms.in, set_kernel_source_dir_and_kconfig). Returns undefined if neither exists.
 */
function findConfigFile(headersDirectory: string): string | undefined {
  return [
    join(headersDirectory, 'include/config/auto.conf'),
    join(headersDirectory, '.config'),
  ].find((file) => existsSync(file));
}

/** Reads the configuration of a headers directory. The configuration is empty if there is no configuration file. */
export async function readHeadersConfig(
  headersDirectory: string,
): Promise<{ configFile: string | undefined; config: KernelConfig }> {
  const configFile = findConfigFile(headersDirectory);
  const text = configFile === undefined ? '' : await readFile(configFile, 'utf8');
  return { configFile, config: parseKernelConfig(text) };
}

/**
 * Reads lines `CONFIG_X=value`. Quotes around a string are removed. .config always has them. auto.conf has them only
 * before Linux 5.17 (scripts/kconfig/confdata.c).
 */
export function parseKernelConfig(text: string): KernelConfig {
  const config = new Map<string, string>();
  // No regular expression is matched against each line, because the configuration of a kernel has ten thousand lines.
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

export type ModuleCompression = 'none' | 'gzip' | 'xz' | 'zstd';

/** Returns the compression of the kernel's own modules (kernel/module/Kconfig, MODULE_COMPRESS). */
export function moduleCompression(config: KernelConfig): ModuleCompression {
  if (config.get('CONFIG_MODULE_COMPRESS_XZ') === 'y') return 'xz';
  if (config.get('CONFIG_MODULE_COMPRESS_ZSTD') === 'y') return 'zstd';
  if (config.get('CONFIG_MODULE_COMPRESS_GZIP') === 'y') return 'gzip';
  return 'none';
}
