import { existsSync } from 'node:fs';

/** A file or directory that lies beside src/ and dist/: two folders up from this source, one up from the bundle. */
export function projectFile(path: string): URL {
  const places = ['../', '../../'].map((up) => new URL(up + path, import.meta.url));
  return places.find((url) => existsSync(url)) ?? new URL(`../${path}`, import.meta.url);
}
