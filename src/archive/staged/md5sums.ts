import { createHash, hash } from 'node:crypto';
import { ArchiveError } from '../../errors.ts';
import { SizedFile } from '../bytes/file-reader.ts';
import { byteOrderKey, isUnicode, showPath } from '../bytes/path-bytes.ts';
import type { KeptContents } from './kept-contents.ts';
import type { FileContent } from './staged-entry.ts';
import type { StagedTree } from './staged-tree.ts';

const CHUNK = 1024 * 1024;

/**
 * Returns the text of the control file md5sums (deb-md5sums(5)) as dh_md5sums writes it: a line
 * `<hex>  <path>` for every regular file and hard link that is not a conffile, sorted by the bytes
 * of the path. `conffiles` are absolute paths. Throws ArchiveError `path-encoding` for a name that
 * is not UTF-8 (Policy 10.10), and the errors of SizedFile.
 */
export async function md5sums(
  tree: StagedTree,
  options: { readonly conffiles?: Iterable<string> } = {},
): Promise<string> {
  const conffiles = new Set(options.conffiles ?? []);
  const lines: { readonly key: string; readonly line: string }[] = [];
  const digests = new Map<string, string>();
  for (const entry of tree.entries()) {
    let digest: string | undefined;
    if (entry.type === 'file') digest = await md5(entry.content, tree.contents);
    // In the order of the tree, the target of a hard link comes before the link, so its digest is known. A hard
    // link to a symlink has no digest.
    if (entry.type === 'hardlink') digest = digests.get(entry.target);
    if (digest === undefined) continue;
    digests.set(entry.path, digest);
    if (conffiles.has(`/${entry.path}`)) continue;
    if (!isUnicode(entry.path)) throw notUtf8(entry.path);
    lines.push({
      key: byteOrderKey(entry.path),
      line: `${digest}  ${entry.path}`,
    });
  }
  lines.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return lines.map(({ line }) => `${line}\n`).join('');
}

async function md5(content: FileContent, kept: KeptContents): Promise<string> {
  if ('bytes' in content) return hash('md5', content.bytes, 'hex');
  const bytes = kept.read(content);
  if (bytes !== undefined) return hash('md5', bytes, 'hex');
  const whole = createHash('md5');
  const { size } = content;
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size));
  const file = new SizedFile(content.source, size);
  try {
    while (file.left > 0) {
      const count = file.read(buffer, 0, buffer.length);
      whole.update(buffer.subarray(0, count));
      // Other tasks of the event loop can run between the pieces of a large file.
      if (file.left > 0) await new Promise(setImmediate);
    }
  } finally {
    file.close();
  }
  return whole.digest('hex');
}

function notUtf8(path: string): ArchiveError {
  return new ArchiveError('path-encoding', `the name ${showPath(path)} is not UTF-8`, {
    hint: 'Rename the file: Policy 10.10 requires file names in UTF-8.',
  });
}
