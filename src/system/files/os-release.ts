import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the text that describes the distribution: /etc/os-release, or /usr/lib/os-release if the first cannot be read
 * (os-release(5)). Returns undefined if neither can be read. `root` is the top of the file system.
 */
export function readOsRelease(root = '/'): string | undefined {
  for (const file of ['etc/os-release', 'usr/lib/os-release']) {
    try {
      return readFileSync(join(root, file), 'utf8');
    } catch {
      // The next file is tried.
    }
  }
  return undefined;
}

/** Returns the value of the variable `name` in the text of os-release, without quotes; undefined if it is not set. */
export function valueInOsRelease(text: string, name: string): string | undefined {
  const line = new RegExp(`^${name}=(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s"']*))`, 'm').exec(text);
  return line?.[1] ?? line?.[2] ?? line?.[3];
}
