import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RulesStyle, SourceFormat } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/**
 * debian/rules (Policy 4.9): an executable makefile that calls dkms-deb, or debhelper. Where the tree has
 * something for autoconf, the steps of dh that would make or replace files of it are left out.
 */
export function rulesFile(
  style: RulesStyle,
  driver: Pick<Driver, 'directory' | 'entries'>,
): GeneratedFile {
  const text = renderTemplate(`debian/rules-${style}`, { autotools: hasAutotools(driver) });
  return generated('rules', text, { mode: 0o755 });
}

/** What dh_autoreconf(1) works on at the top of a tree, and dh_update_autotools_config(1) anywhere in it. */
function hasAutotools({ directory, entries }: Pick<Driver, 'directory' | 'entries'>): boolean {
  const inputs = ['configure.ac', 'configure.in', 'config.guess', 'config.sub'];
  return (
    inputs.some((name) => existsSync(join(directory, name))) ||
    entries.some(({ path }) => /\/config\.(?:guess|sub)$/.test(path))
  );
}

/** debian/source/format: native unless asked for, as debian/ mostly lies in the driver's repository. */
export function sourceFormatFile(format: SourceFormat): GeneratedFile {
  return generated('source/format', renderTemplate(`debian/source-format-${format}`, {}));
}
