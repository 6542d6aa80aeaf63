import { existsSync, readFileSync } from 'node:fs';

/** A file or directory that lies beside src/ and dist/: three folders up from this source, one up from the bundle. */
export function projectFile(path: string): URL {
  const places = ['../', '../../../'].map((up) => new URL(up + path, import.meta.url));
  return places.find((url) => existsSync(url)) ?? new URL(`../${path}`, import.meta.url);
}

/** The version of dkms-deb, of package.json. */
export function version(): string {
  const text = readFileSync(projectFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
