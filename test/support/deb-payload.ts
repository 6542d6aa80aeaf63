import { createHash } from 'node:crypto';
import { extract } from 'tar-stream';
import { run } from '../../src/system/process/run.ts';

/** What dpkg would unpack at one path, without the time. */
export interface PayloadEntry {
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  /** The sha256 of a file, or the target of a link. */
  readonly content: string;
}

/**
 * Returns the data of a .deb below `prefix` ('' for all) by path without `./`. It is read by dpkg-deb and
 * tar-stream, not by our own code.
 */
export async function debPayload(deb: string, prefix = ''): Promise<Record<string, PayloadEntry>> {
  const { bytes } = await run('dpkg-deb', ['--fsys-tarfile', deb]);
  const payload: Record<string, PayloadEntry> = {};
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const { name, type, mode, uid, gid, linkname } = entry.header;
    const digest = createHash('sha256');
    for await (const chunk of entry) digest.update(chunk as Buffer);
    const path = name.replace(/^\.\//, '').replace(/\/$/, '');
    if (!path.startsWith(prefix)) continue;
    payload[path] = {
      type: type ?? 'file',
      mode: (mode ?? 0).toString(8),
      owner: `${uid}:${gid}`,
      content: type === 'file' ? digest.digest('hex') : (linkname ?? ''),
    };
  }
  return payload;
}

/** Returns one field of a package; undefined if it has no such field. */
export async function debField(deb: string, field: string): Promise<string | undefined> {
  const { stdout } = await run('dpkg-deb', ['-f', deb, field]);
  return stdout.trim() || undefined;
}
