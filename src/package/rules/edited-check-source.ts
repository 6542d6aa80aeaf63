import { join } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { MANIFEST } from '../debhelper/supported-files.ts';
import type { Reason, Rules } from './known-rules.ts';

/**
 * Returns why debhelper must build the package if debian/check-source is missing or not as init wrote it. The reason is
 * that dkms-deb does not run this program. Returns undefined if the program is unchanged or not called.
 */
export async function editedCheckSource(debian: string, rules: Rules): Promise<Reason | undefined> {
  if (!rules.checksSource) return undefined;
  const file = join(debian, 'check-source');
  const [text, manifest] = await Promise.all(
    [file, join(debian, MANIFEST)].map((path) => readTreeText(path).catch(() => undefined)),
  );
  if (text !== undefined && sha256(text) === writtenHash(manifest ?? '{}')) return undefined;
  return { where: { file }, why: 'it differs from what dkms-deb init wrote' };
}

function writtenHash(manifest: string): unknown {
  try {
    const { files } = JSON.parse(manifest) as { files?: Record<string, unknown> };
    return files?.['check-source'];
  } catch {
    return undefined;
  }
}
