import { join } from 'node:path';
import { MANIFEST, NOT_MADE_BY_INIT } from '../dkms/source/allowed-files.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import { sha256 } from '../system/files/sha256.ts';

/** Whether a file of debian/ is as init wrote it: debian/.dkms-deb.json has the checksum of its text. */
export async function isWrittenByInit(debian: string, path: string): Promise<boolean> {
  const [text, manifest] = await Promise.all(
    [path, MANIFEST].map((name) => readTreeText(join(debian, name)).catch(() => undefined)),
  );
  return text !== undefined && sha256(text) === writtenHash(manifest ?? '{}', path);
}

/**
 * Whether init made a file of debian/. The user may have edited it later. In a debian/ that init did not make, this is
 * false for the files that already existed when init ran (--force).
 */
export async function isMadeByInit(debian: string, path: string): Promise<boolean> {
  const manifest = await readTreeText(join(debian, MANIFEST)).catch(() => '{}');
  const hash = writtenHash(manifest, path);
  return hash !== undefined && hash !== NOT_MADE_BY_INIT;
}

function writtenHash(manifest: string, path: string): unknown {
  try {
    const { files } = JSON.parse(manifest) as { files?: Record<string, unknown> };
    return files?.[path];
  } catch {
    return undefined;
  }
}
