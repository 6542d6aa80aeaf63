import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDkmsConf } from '../../dkms/conf/dkms-file.ts';
import { NO_SUCH_FILE, noConf } from '../../dkms/conf/no-conf.ts';
import { confPaths, refuseSpecialConf } from '../../driver/conf/find-conf.ts';
import { withLinkedConf } from '../../driver/conf/linked-conf.ts';
import { otherNamed } from '../../driver/conf/other-names.ts';
import { packagedConfs } from '../../driver/conf/packaged-confs.ts';
import { packagedTemplateHint } from '../../driver/derive/packaged-template.ts';
import type { Sources } from '../../facts/code/c-sources.ts';
import type { DebianFacts } from './debian-facts.ts';

/**
 * Returns the absolute paths of all dkms.conf files to check: those of the tree and their templates, without samples
 * (confPaths), or else files with another name (otherNamed); the files debian/<package>.dkms and debian/dkms.conf* that
 * are a dkms.conf themselves; and the files that a debian/<package>.dkms names. A dkms.conf in .github/ is returned
 * only if there is no other. If `given` is set, returns only this file. Throws ConfError `no-conf` if there is no
 * dkms.conf.
 */
export async function confFiles(
  directory: string,
  given: string | undefined,
  sources: Sources | undefined,
  debian: DebianFacts | undefined,
): Promise<string[]> {
  if (given !== undefined) return [await existing(directory, given)];
  await refuseSpecialConf(directory);
  const packaged = [...(debian?.files ?? [])]
    .filter(([name, text]) => /(?:^|\.)dkms$|^dkms\.conf/.test(name) && isDkmsConf(text))
    .map(([name]) => join('debian', name));
  const named = debian === undefined ? [] : await packagedConfs(directory, undefined);
  const { found: usual, forge } = confPaths(await withLinkedConf(directory, sources?.files ?? []));
  const own = usual.length > 0 ? usual : otherNamed(sources?.files ?? []);
  const known = [...new Set([...own, ...packaged, ...named.map(({ path }) => path)])];
  const found = (known.length > 0 ? known : forge).sort();
  if (found.length > 0) return found.map((path) => join(directory, path));
  if (!existsSync(directory)) {
    throw noConf(directory, 'Check the path.', { message: NO_SUCH_FILE });
  }
  throw noConf(
    join(directory, 'dkms.conf'),
    packagedTemplateHint(directory) ??
      'Name the tree or the file. For a driver without a dkms.conf, dkms-deb init derives one.',
  );
}

async function existing(directory: string, given: string): Promise<string> {
  for (const file of [resolve(directory, given), resolve(given)]) {
    if (await stat(file).catch(() => undefined)) return file;
  }
  throw noConf(resolve(given), 'Check the file name after --conf.', { message: NO_SUCH_FILE });
}
