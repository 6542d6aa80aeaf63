import { readFile } from 'node:fs/promises';
import { sha256 } from '../../system/files/sha256.ts';
import { encodePath } from '../bytes/path-bytes.ts';
import type { FileContent } from './staged-entry.ts';

/** Returns the sha256 (hex) of the content of a staged file. */
export async function contentDigest(content: FileContent): Promise<string> {
  return sha256('bytes' in content ? content.bytes : await readFile(encodePath(content.source)));
}
