import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEntries, writableMode } from '../../dkms/source/copy-entries.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError } from '../../errors.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { isMakePath } from '../../system/text/make-path.ts';

/**
 * A private replacement for /var/lib/dkms and /usr/src in DKMS's layout, so that the paths exist which a dkms.conf
 * makes of `$dkms_tree`, `$source_tree`, `$module` and `$module_version`.
 */
export interface Workspace {
  /** `$dkms_tree`. */
  readonly dkmsTree: string;
  /** `$source_tree`. */
  readonly sourceTree: string;
  /** `$dkms_tree/<name>/<version>/build`: the copy that is patched and compiled. */
  readonly buildDirectory: string;
  /** dkms.conf by DKMS's path, through the link `source`. */
  readonly confFile: string;
}

/**
 * Copies a driver's source tree into a new workspace below `root`. The links `source` and
 * `$source_tree/<name>-<version>` lead to the copy too, so that a driver that builds there (CoreFreq) does not
 * change the original. Throws InputError `bad-temporary-directory` if make cannot work in `root`.
 */
export async function makeWorkspace(
  root: string,
  source: {
    directory: string;
    /** The entries of the directory to copy (listSourceTree). */
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
  // The tree may have a symbolic link of this name that leads out of the copy.
  await rm(conf, { force: true });
  await copyFile(source.confFile, conf);
  return { dkmsTree, sourceTree, buildDirectory, confFile: join(base, 'source/dkms.conf') };
}
