import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The clone that the tests run in; of a bundle of them (npm run hostile) the one where npm runs it. */
export const PROJECT = existsSync(`${own}/package.json`) ? own : process.cwd();

/** The command as it was built in this clone. */
export const DKMS_DEB = `${PROJECT}/bin/dkms-deb`;

/** A file that `scripts/setup.sh --test` put into .cache/; names the remedy where it is missing. */
export function cached(path: string): string {
  const file = `${PROJECT}/.cache/${path}`;
  if (!existsSync(file)) throw new Error(`${file} is missing: run scripts/setup.sh --test`);
  return file;
}
