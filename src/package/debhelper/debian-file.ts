import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, posix, sep } from 'node:path';
import { InputError } from '../../errors.ts';
import { LARGEST_TEXT } from '../../system/files/read-tree-file.ts';
import type { Staging } from './context.ts';

/** A file of debian/ that is installed unchanged. */
export interface DebianFile {
  readonly source: string;
  /** The time stamp of the file, in seconds since 1970. */
  readonly mtime: number;
}

/**
 * Returns the file of debian/ with the path `file`. Relative symbolic links are followed within the tree. (debhelper
 * installs such a file with install(1), which follows all links.) Throws InputError `debian-link` for other links and
 * for what is not a regular file, and `file-too-large` for more than LARGEST_TEXT bytes.
 */
export async function debianFile(staging: Staging, file: string): Promise<DebianFile> {
  const name = `debian/${basename(file)}`;
  const refuse = (what: string, cause?: unknown) =>
    new InputError('debian-link', `${name} ${what}`, {
      where: { file },
      hint: `Make ${name} a regular file, or a relative link to a file of the tree.`,
      cause,
    });
  const isLink = (await lstat(file)).isSymbolicLink();
  const target = isLink ? await readlink(file) : name;
  const path = isLink ? posix.normalize(posix.join('debian', target)) : name;
  if (target.startsWith('/')) {
    throw refuse(
      `is an absolute link (${target}): only a relative link to a file of the tree is followed`,
    );
  }
  if (path.startsWith('..')) throw refuse(`is a link to ${target}, which is outside of the tree`);
  // debian/ need not be in the tree: a build with a changelog entry of its own uses a copy of debian/.
  const { sourceDirectory: root, packaging } = staging;
  const onDisk = path.startsWith('debian/')
    ? join(packaging.directory, path.slice('debian/'.length))
    : join(root, path);
  const source = await realpath(onDisk).catch((cause: unknown) => {
    throw refuse(isLink ? `is a link to ${target}, which does not exist` : 'does not exist', cause);
  });
  const tops = await Promise.all([root, packaging.directory].map((top) => realpath(top)));
  if (!tops.some((top) => source.startsWith(top + sep))) {
    throw refuse(`is a link to ${source}, which is outside of the tree`);
  }
  const found = await stat(source);
  if (!found.isFile()) throw refuse('is not a regular file');
  if (found.size > LARGEST_TEXT) {
    throw new InputError(
      'file-too-large',
      `${name} has ${found.size} bytes, more than the limit of ${LARGEST_TEXT}`,
      {
        where: { file },
        hint: 'Check the file: a text written by hand is not that long.',
      },
    );
  }
  return { source, mtime: Math.floor(found.mtimeMs / 1000) };
}
