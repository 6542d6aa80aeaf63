import { realpathSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyEntries, writableMode } from '../../dkms/source/copy-entries.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError } from '../../errors.ts';
import type { PathMap } from '../../kernel/headers.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';
import { isMakePath } from '../../system/text/make-path.ts';

/**
 * Private directories that replace /var/lib/dkms and /usr/src, with DKMS's layout. So the paths that a dkms.conf builds
 * from `$dkms_tree`, `$source_tree`, `$module` and `$module_version` exist.
 */
export interface Workspace {
  /** The value of `$dkms_tree`. */
  readonly dkmsTree: string;
  /** The value of `$source_tree`. */
  readonly sourceTree: string;
  /** The directory `$dkms_tree/<name>/<version>/build`: the copy that is patched and compiled. */
  readonly buildDirectory: string;
  /** The path of dkms.conf in the workspace. Like DKMS's path, it leads through the link `source`. */
  readonly confFile: string;
}

/**
 * Copies the source tree of a driver into a new workspace below `root`. The links `source` and
 * `$source_tree/<name>-<version>` also lead to the copy. So a driver that is built through one of these links
 * (CoreFreq) does not change the original. Throws InputError `bad-temporary-directory` if make cannot work in `root`.
 */
export async function makeWorkspace(
  root: string,
  source: {
    directory: string;
    /** The entries of the source tree that are copied (listSourceTree). */
    entries: readonly SourceEntry[];
    confFile: string;
    name: string;
    version: string;
  },
): Promise<Workspace> {
  if (!isMakePath(root)) {
    throw new InputError('bad-temporary-directory', `make cannot work in ${JSON.stringify(root)}`, {
      hint: 'Set TMPDIR to a directory whose path has no blanks, colons, quotes or other special characters.',
    });
  }
  const dkmsTree = join(root, 'dkms');
  const sourceTree = join(root, 'src');
  const base = join(dkmsTree, source.name, source.version);
  const buildDirectory = join(base, 'build');
  await makeDirectory(buildDirectory);
  await mkdir(sourceTree);
  await symlink(buildDirectory, join(sourceTree, `${source.name}-${source.version}`));
  await symlink(buildDirectory, join(base, 'source'));
  await copyEntries(source.directory, source.entries, buildDirectory, writableMode);
  const conf = join(buildDirectory, 'dkms.conf');
  // The tree may contain a symbolic link named dkms.conf that leads out of the copy, so this link is removed before
  // dkms.conf is written.
  await rm(conf, { force: true });
  await copyFile(source.confFile, conf);
  return { dkmsTree, sourceTree, buildDirectory, confFile: join(base, 'source/dkms.conf') };
}

/**
 * Returns a function that makes paths in the output of a build readable: paths in the copy of the source become
 * relative to the driver, and paths of unpacked headers (`maps`) become paths of installed headers.
 */
export function readablePaths(
  { buildDirectory, confFile, sourceTree, dkmsTree }: Workspace,
  maps: readonly PathMap[],
): (text: string) => string {
  const copies = [buildDirectory, dirname(confFile)].flatMap((path) => [path, realpathSync(path)]);
  const link = new RegExp(`${escapeRegExp(sourceTree)}/[^/\\s]+`, 'g');
  const root = dirname(dkmsTree);
  return (text) => {
    let readable = text;
    for (const { from, to } of maps) readable = readable.replaceAll(from, to);
    for (const copy of copies) {
      const inside = new RegExp(`${escapeRegExp(copy)}/(?=[\\w.])`, 'g');
      readable = readable.replace(inside, '').replaceAll(copy, '.');
    }
    return readable.replace(link, '.').replaceAll(`${root}/`, '');
  };
}
