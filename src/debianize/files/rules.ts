import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RulesStyle, SourceFormat } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/**
 * Returns debian/rules (Policy 4.9), which calls dkms-deb or debhelper. If the tree has files of autoconf, the steps of
 * dh that would generate or replace them are turned off.
 */
export function rulesFile(
  style: RulesStyle,
  driver: Pick<Driver, 'directory' | 'entries'>,
): GeneratedFile {
  const text = renderTemplate(`debian/rules-${style}`, { autotools: hasAutotools(driver) });
  return generated('rules', text, { mode: 0o755 });
}

/**
 * Whether dh_autoreconf(1) would change files at the top of the tree, or dh_update_autotools_config(1) would change
 * files anywhere.
 */
function hasAutotools({ directory, entries }: Pick<Driver, 'directory' | 'entries'>): boolean {
  const inputs = ['configure.ac', 'configure.in', 'config.guess', 'config.sub'];
  return (
    inputs.some((name) => existsSync(join(directory, name))) ||
    entries.some(({ path }) => /\/config\.(?:guess|sub)$/.test(path))
  );
}

/** Returns debian/source/format. */
export function sourceFormatFile(format: SourceFormat): GeneratedFile {
  return generated('source/format', renderTemplate(`debian/source-format-${format}`, {}));
}
