import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { noConf } from '../../dkms/conf/no-conf.ts';
import { placeInside } from '../../system/files/inside.ts';

interface Named {
  readonly path: string;
}

/**
 * Returns `files`, a list without symbolic links. If the dkms.conf at the top is a symbolic link to a file of the tree,
 * adds `dkms.conf`, because DKMS follows the link. Throws ConfError `no-conf` (exit status 4) if the link is broken or
 * leads out of the tree. Without this error, another dkms.conf would be used without telling the user.
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
    throw noConf(file, 'Replace the link by the file, or by a link to a file of the tree.', {
      message: `dkms.conf is a link that leads ${where}`,
    });
  }
  return (await stat(file)).isFile() ? [...files, { path: 'dkms.conf' }] : files;
}
