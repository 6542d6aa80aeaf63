import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * The clone that the tests run in. For bundled code (npm run hostile), the directory in which npm runs it.
 */
export const PROJECT = existsSync(`${own}/package.json`) ? own : process.cwd();

/** The built command of this clone. */
export const DKMS_DEB = `${PROJECT}/bin/dkms-deb`;

/** Returns a file that `scripts/setup.sh --test` put into .cache/. Throws an Error if it is missing. */
export function cached(path: string): string {
  const file = `${PROJECT}/.cache/${path}`;
  if (!existsSync(file)) throw new Error(`${file} is missing: run scripts/setup.sh --test`);
  return file;
}
