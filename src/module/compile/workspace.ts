import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEntries, writableMode } from '../../dkms/source/copy-entries.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError } from '../../errors.ts';
import { isMakePath } from '../../system/text/make-path.ts';

/**
 * A private stand-in for /var/lib/dkms and /usr/src, laid out as DKMS lays them out, so that every
 * path a dkms.conf builds from `$dkms_tree`, `$source_tree`, `$module` and `$module_version` exists.
 */
export interface Workspace {
  readonly dkmsTree: string;
  readonly sourceTree: string;
  /** `$dkms_tree/<name>/<version>/build`: the copy that is patched and compiled in. */
  readonly buildDirectory: string;
  /** dkms.conf as DKMS finds it, through `source/`. */
  readonly confFile: string;
}

/**
 * Copies a driver's source tree into a new workspace below `root`. The original is only read;
 * `source` and `$source_tree/<name>-<version>` lead to the copy too, so that a driver that builds
 * there (CoreFreq) still leaves the original alone.
 */
export async function makeWorkspace(
  root: string,
  source: {
    directory: string;
    /** What of the directory is copied (listSourceTree). */
    entries: readonly SourceEntry[];
    confFile: string;
    name: string;
    version: string;
  },
): Promise<Workspace> {
  if (!isMakePath(root)) {
    throw new InputError('bad-temporary-directory', `make cannot work in ${JSON.stringify(root)}`, {
      hint: 'Set TMPDIR to a directory whose path has no blanks, colons, quotes or other signs.',
    });
  }
  const dkmsTree = join(root, 'dkms');
  const sourceTree = join(root, 'src');
  const base = join(dkmsTree, source.name, source.version);
  const buildDirectory = join(base, 'build');
  await mkdir(buildDirectory, { recursive: true });
  await mkdir(sourceTree);
  await symlink(buildDirectory, join(sourceTree, `${source.name}-${source.version}`));
  await symlink(buildDirectory, join(base, 'source'));
  await copyEntries(source.directory, source.entries, buildDirectory, writableMode);
  const conf = join(buildDirectory, 'dkms.conf');
  // A link of that name may lead out of the copy.
  await rm(conf, { force: true });
  await copyFile(source.confFile, conf);
  return { dkmsTree, sourceTree, buildDirectory, confFile: join(base, 'source/dkms.conf') };
}
