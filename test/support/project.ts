import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The clone that the tests run in. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A file that `scripts/setup.sh --test` put into .cache/; names the remedy where it is missing. */
export function cached(path: string): string {
  const file = `${PROJECT}/.cache/${path}`;
  if (!existsSync(file)) throw new Error(`${file} is missing: run scripts/setup.sh --test`);
  return file;
}
