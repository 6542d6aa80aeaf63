import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isDkmsConf, listedFiles } from '../../dkms/conf/dkms-file.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { type Manifest, NOT_MADE_BY_INIT, readOptional } from './init-memory.ts';

/** The dkms.conf that a debian/<package>.dkms is, or names (dh_dkms(1)). */
export interface PackagedConf {
  /** From the tree's top. */
  readonly path: string;
  /**
   * `person`: not made by init. `edited`: made by init, and changed since. `init`: a result of init, read only
   * where the tree has nothing else.
   */
  readonly by: 'person' | 'edited' | 'init';
}

/** The dkms.conf files that debian/*.dkms are or name, and whose they are. */
export async function packagedConfs(
  directory: string,
  manifest: Manifest | undefined,
): Promise<PackagedConf[]> {
  const debian = join(directory, 'debian');
  const names = (await readdir(debian).catch(() => [])).filter((name) =>
    /(?:^|\.)dkms$/.test(name),
  );
  const found: PackagedConf[] = [];
  for (const name of names.sort()) {
    const text = (await readOptional(join(debian, name))) ?? '';
    const path = isDkmsConf(text) ? `debian/${name}` : namedConf(directory, text);
    if (path === undefined || found.some((other) => other.path === path)) continue;
    const hash = manifest?.files[name];
    if (hash === undefined || hash === NOT_MADE_BY_INIT) found.push({ path, by: 'person' });
    else found.push({ path, by: hash === sha256(text) ? 'init' : 'edited' });
  }
  return found;
}

/** The one file of the tree that a list names; undefined where it is not there before a build. */
export function namedConf(directory: string, text: string): string | undefined {
  const [named, ...more] = listedFiles(text);
  if (named === undefined || more.length > 0) return undefined;
  const path = posix.normalize(named);
  const isInside = !path.startsWith('/') && !path.startsWith('..');
  return isInside && existsSync(join(directory, path)) ? path : undefined;
}
