import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { noConf } from '../../dkms/conf/no-conf.ts';
import { placeInside } from '../../system/files/inside.ts';

interface Named {
  readonly path: string;
}

/**
 * Adds the dkms.conf of the top to the files of a tree where it is a link to one of them: DKMS reads it, and the files
 * have no links. ConfError `no-conf` for one that leads out of the tree, or nowhere: no other conf takes its place.
 */
export async function withLinkedConf<T extends Named>(
  directory: string,
  files: readonly T[],
): Promise<readonly (T | Named)[]> {
  const file = join(directory, 'dkms.conf');
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink() !== true) return files;
  const place = await placeInside(directory, 'dkms.conf');
  if (place === undefined || place === 'outside') {
    const where = place === undefined ? 'nowhere' : 'out of the tree';
    throw noConf(file, 'Put the file there, or a link to a file of the tree.', {
      message: `dkms.conf is a link that leads ${where}`,
    });
  }
  return (await stat(file)).isFile() ? [...files, { path: 'dkms.conf' }] : files;
}
