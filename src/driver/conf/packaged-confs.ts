import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isDkmsConf, listedFiles } from '../../dkms/conf/dkms-file.ts';
import { NOT_MADE_BY_INIT } from '../../dkms/source/allowed-files.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { type Manifest, readOptional } from './init-memory.ts';

/**
 * A dkms.conf that debian/ packs: a debian/<package>.dkms, or the file that a debian/<package>.dkms names (dh_dkms(1)).
 */
export interface PackagedConf {
  /** The path of the dkms.conf, relative to the top of the tree. */
  readonly path: string;
  /**
   * Who wrote the file. `person`: somebody, without init. `edited`: init, and then the user changed it. `init`: only
   * init; the file is used only if the tree has no other dkms.conf.
   */
  readonly by: 'person' | 'edited' | 'init';
}

/** Returns the dkms.conf files that debian/ packs, and who wrote them. */
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

/** Returns the path in `text`. Returns undefined unless `text` names exactly one file, and the file is in the tree. */
export function namedConf(directory: string, text: string): string | undefined {
  const [named, ...more] = listedFiles(text);
  if (named === undefined || more.length > 0) return undefined;
  const path = posix.normalize(named);
  const isInside = !path.startsWith('/') && !path.startsWith('..');
  return isInside && existsSync(join(directory, path)) ? path : undefined;
}
