import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { SourceFiles, type SourceObject } from './source-files.ts';

/** The largest file whose text is read, in bytes. A larger source contains data, not code that people wrote. */
export const MOST_TEXT_BYTES = 4 * 1024 * 1024;

/** Returns the files of a source tree on disk. A file is read each time its text is requested, not before. */
export function filesOfTree(root: string, entries: readonly SourceEntry[]): SourceFiles {
  const objects = new Map<string, SourceObject>();
  for (const { path, type, size, target } of entries) {
    if (type === 'symlink') objects.set(path, { type, target: target ?? '' });
    else if (type === 'directory') objects.set(path, { type });
    else {
      const file = join(root, path);
      objects.set(path, {
        type,
        text: () => (size > MOST_TEXT_BYTES ? undefined : readFileSync(file, 'latin1')),
      });
    }
  }
  return new SourceFiles(objects);
}
