import { join, posix } from 'node:path';
import type { SourceEntry } from '../dkms/source-tree.ts';
import { ConfError, EXIT } from '../errors.ts';
import { walkTree } from '../system/walk-tree.ts';
import type { Driver } from './driver.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { listWord } from './list-word.ts';
import type { SystemFiles } from './system-files.ts';

/**
 * debian/<package>.install: the shortest list of paths that brings exactly the module's source to
 * /usr/src/<name>-<version>/. A directory is named whole where nothing in it stays out; dkms.conf
 * comes from debian/<package>.dkms. `extra` goes elsewhere in the system.
 */
export async function installFile(
  driver: Driver,
  extra: SystemFiles['install'],
): Promise<GeneratedFile> {
  const root = driver.location.sourceRoot;
  const destination = `usr/src/${driver.conf.name}-${driver.conf.version}`;
  const lines: string[] = [];
  const add = (path: string) => {
    const source = root === '' ? path : `${root}/${path}`;
    const parent = posix.dirname(path);
    const target = parent === '.' ? destination : `${destination}/${parent}`;
    lines.push(`${listWord(source)} ${listWord(target)}/`);
  };
  await cover(join(driver.directory, root), '', driver.source, add);
  if (lines.length === 0) {
    throw new ConfError(
      'empty-source',
      'there is no module source beside dkms.conf',
      { where: { file: driver.directory } },
      EXIT.badConf,
    );
  }
  for (const { path, directory } of extra) {
    lines.push(`${listWord(path)} ${listWord(directory)}/`);
  }
  return generated(`${driver.packageName}.install`, `${lines.join('\n')}\n`);
}

/** Names each object of `directory`, and what is below only where a part of it stays out. */
async function cover(
  root: string,
  directory: string,
  entries: readonly SourceEntry[],
  add: (path: string) => void,
): Promise<void> {
  for (const entry of entries) {
    if (posix.dirname(entry.path) !== (directory === '' ? '.' : directory)) continue;
    if (entry.path === 'dkms.conf') continue;
    if (entry.type !== 'directory' || (await isWhole(root, entry.path, entries))) add(entry.path);
    else await cover(root, entry.path, entries, add);
  }
}

/** Whether all that lies below a directory is source: dh_install takes directories as they are. */
async function isWhole(
  root: string,
  directory: string,
  entries: readonly SourceEntry[],
): Promise<boolean> {
  const onDisk = await walkTree(join(root, directory));
  const listed = entries.filter((entry) => entry.path.startsWith(`${directory}/`));
  return onDisk.length === listed.length;
}
