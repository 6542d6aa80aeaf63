import { join } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';

/** Where init notes what it wrote and was told, below debian/. */
export const MANIFEST = '.dkms-deb.json';

/** What init was told with --allow-file: paths of the tree that may be packed though they hold a private key. */
export async function allowedFiles(debian: string): Promise<string[]> {
  const text = await readTreeText(join(debian, MANIFEST)).catch(() => '{}');
  try {
    const { choices } = JSON.parse(text) as { choices?: { allowFiles?: unknown } };
    const { allowFiles } = choices ?? {};
    return Array.isArray(allowFiles) ? allowFiles.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}
