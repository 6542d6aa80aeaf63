import { existsSync, readFileSync } from 'node:fs';

/**
 * Returns the URL of a file or directory in the root of the project. The root is one folder above the bundle in dist/,
 * two above the packager in .cache/package/, and three above this source file.
 */
export function projectFile(path: string): URL {
  const places = ['../', '../../', '../../../'].map((up) => new URL(up + path, import.meta.url));
  return places.find((url) => existsSync(url)) ?? new URL(`../${path}`, import.meta.url);
}

/** Returns the version of dkms-deb from package.json. */
export function version(): string {
  const text = readFileSync(projectFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
