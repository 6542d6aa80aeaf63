import { constants } from 'node:fs';
import { copyFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { namesIn } from '../system/files/names-in.ts';
import { run } from '../system/process/run.ts';

/** An upstream tarball that already exists, or the signature of one. */
export interface OrigTarball {
  readonly name: string;
  readonly path: string;
}

/** The suffixes of tarballs that dpkg-source(1) of any version knows. */
const SUFFIX = String.raw`(?:-[A-Za-z0-9-]+)?\.tar\.(?:gz|bz2|lzma|xz|zst|lz)(?:\.asc|\.sig)?`;

/**
 * Finds the upstream tarballs `<source>_<upstream>.orig[-<component>].tar.*`, and their signatures, in several
 * directories. Throws InputError `orig-differs` if two directories have different files with the same name, and
 * `orig-incomplete` if there are only tarballs of components.
 */
export async function findOrigTarballs(
  directories: readonly string[],
  source: { readonly name: string; readonly upstream: string },
): Promise<OrigTarball[]> {
  const prefix = `${source.name}_${source.upstream}.orig`;
  const found = new Map<string, OrigTarball>();
  for (const directory of directories) {
    for (const name of (await namesIn(directory)).sort()) {
      if (!name.startsWith(prefix) || !isSuffix(name.slice(prefix.length))) continue;
      const path = join(directory, name);
      const other = found.get(name)?.path;
      if (other === undefined) found.set(name, { name, path });
      else if (other !== path) await refuseDifference(path, other);
    }
  }
  const tarballs = [...found.values()];
  const [first] = tarballs;
  if (first !== undefined && !tarballs.some(({ name }) => name.startsWith(`${prefix}.tar.`))) {
    throw new InputError('orig-incomplete', `the main tarball ${prefix}.tar.* is missing`, {
      where: { file: first.path },
      hint: 'Put the main upstream tarball into the directory of the other tarballs.',
    });
  }
  return tarballs;
}

function isSuffix(text: string): boolean {
  return new RegExp(`^${SUFFIX}$`).test(text);
}

async function refuseDifference(path: string, other: string): Promise<void> {
  const { exitStatus } = await run('cmp', ['-s', '--', path, other], { accept: [0, 1] });
  if (exitStatus === 0) return;
  throw new InputError('orig-differs', `this tarball differs from ${other}`, {
    where: { file: path },
    hint: 'Remove the wrong tarball of the two: an upstream tarball never changes.',
  });
}

/**
 * Puts upstream tarballs into `staging`, where dpkg-source looks for them. A tarball that is already in the final
 * directory `output` is linked, any other one is copied.
 */
export async function bringOrigTarballs(
  tarballs: readonly OrigTarball[],
  staging: string,
  output: string,
): Promise<void> {
  for (const { name, path } of tarballs) {
    if (dirname(path) === output) await symlink(path, join(staging, name));
    else await copyFile(path, join(staging, name), constants.COPYFILE_FICLONE);
  }
}
