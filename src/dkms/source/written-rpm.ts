import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST } from './allowed-files.ts';

/**
 * Whether a path is a file that `init --rpm` wrote, or rpm/ with nothing else in it. Like debian/, these files are
 * packaging: they are not source of the driver, and no facts are read from them, because they contain what an
 * earlier run found.
 */
export function isWrittenRpm(root: string, path: string): boolean {
  if (path !== 'rpm' && !path.startsWith('rpm/')) return false;
  const written = writtenFiles(join(root, 'rpm'));
  if (written.size === 0) return false;
  if (path !== 'rpm') return written.has(path.slice('rpm/'.length));
  return readdirSync(join(root, 'rpm')).every((name) => written.has(name));
}

/** Returns the names of the files that init wrote into a directory; none if init did not write it. */
function writtenFiles(directory: string): Set<string> {
  try {
    const { files } = JSON.parse(readFileSync(join(directory, MANIFEST), 'utf8')) as {
      files?: object;
    };
    return new Set([MANIFEST, ...Object.keys(files ?? {})]);
  } catch {
    return new Set();
  }
}
