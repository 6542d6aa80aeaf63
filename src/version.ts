import { readFileSync } from 'node:fs';

/** The version of dkms-deb, of package.json: that lies above the sources, and above the bundle. */
export function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
