import { readFile, writeFile } from 'node:fs/promises';

/** Replaces each line that begins with `start` by `line`. */
export async function replaceLine(file: string, start: string, line: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, lines.map((old) => (old.startsWith(start) ? line : old)).join('\n'));
}
