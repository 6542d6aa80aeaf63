import { basename, posix } from 'node:path';
import type { Driver } from '../../driver/read-driver.ts';

/**
 * Returns the firmware files of the tree that the modules request by a literal name (MODULE_FIRMWARE), each with the
 * directory in the package. The directory is below updates/, where the kernel looks before firmware/ itself, because a
 * firmware package may contain a file with the same name (firmware_class, fw_path).
 */
export function firmwareOf(driver: Driver): { path: string; directory: string }[] {
  const wanted = new Set<string>();
  for (const { kind, text } of driver.sources.files) {
    if (kind !== 'c') continue;
    for (const [, name] of text.matchAll(/\bMODULE_FIRMWARE\s*\(\s*"([\w./+-]+)"\s*\)/g)) {
      if (name !== undefined && !name.split('/').includes('..')) wanted.add(name);
    }
  }
  const found: { path: string; directory: string }[] = [];
  for (const name of wanted) {
    const entry = driver.entries.find(
      ({ path, type }) =>
        type === 'file' &&
        (path.endsWith(`/${name}`) ||
          (basename(path) === basename(name) && /(?:^|\/)(?:firmware|fw)\//.test(path))),
    );
    if (entry === undefined) continue;
    const folder = posix.dirname(name);
    const directory = `usr/lib/firmware/updates${folder === '.' ? '' : `/${folder}`}`;
    found.push({ path: posix.join(driver.location.sourceRoot, entry.path), directory });
  }
  return found;
}
