import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Returns the absolute path of the directory `name` in the cache: $XDG_CACHE_HOME/dkms-deb/NAME, by default below
 * ~/.cache.
 */
export function cachePlace(name: string): string {
  return resolve(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dkms-deb', name);
}
