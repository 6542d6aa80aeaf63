import { join } from 'node:path';
import type { TarEntry } from '../../archive/deb-reader.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { systemFiles } from '../../debianize/files/system-setup.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { compressDocumentation } from '../../package/debhelper/dh-compress.ts';
import { type CommonFiles, commonFilesOf } from '../../package/modules/common-files.ts';

/**
 * For a tree without debian/, returns the files that its -dkms package would have in addition to the source; undefined
 * if there are none.
 */
export async function commonOfTree(
  driver: Driver,
  timestamp: number,
): Promise<CommonFiles | undefined> {
  const tree = new StagedTree(timestamp);
  for (const { target, path, text, mode } of systemFiles(driver).placed) {
    const content =
      path === undefined ? { bytes: Buffer.from(text) } : { source: join(driver.directory, path) };
    tree.addFile(target, { ...content, mode });
  }
  await compressDocumentation(tree);
  return commonFilesOf(tree, timestamp);
}

/**
 * For a -dkms package, returns the files that it has in addition to the source; undefined if there are none. `inside`
 * returns the path to which a path of the package was unpacked, or throws.
 */
export async function commonOfPackage(
  entries: readonly TarEntry[],
  inside: (path: string) => Promise<string>,
  timestamp: number,
): Promise<CommonFiles | undefined> {
  const tree = new StagedTree(timestamp);
  for (const { path, type, mode, size, target } of entries) {
    if (path.startsWith('usr/src/') || path.startsWith('usr/share/doc/')) continue;
    if (type === 'symlink') tree.addSymlink(path, target ?? '');
    else if (type === 'file') {
      tree.addFile(path, { source: await inside(path), size, mode: mode & 0o7777 });
    } else if (type === 'hardlink') {
      // A hard link was unpacked as a file with the same content.
      tree.addFile(path, { source: await inside(path), mode: mode & 0o7777 });
    }
  }
  return commonFilesOf(tree, timestamp);
}
