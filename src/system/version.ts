import { readFileSync } from 'node:fs';
import { projectFile } from './project-file.ts';

/** The version of dkms-deb, of package.json. */
export function version(): string {
  const text = readFileSync(projectFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
