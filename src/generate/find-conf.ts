import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ConfError, EXIT } from '../errors.ts';

/** Where a driver's dkms.conf is, and the directory that DKMS is to have as the source. */
export interface ConfLocation {
  readonly file: string;
  /** Source directory relative to the tree: '' or such as `src`. */
  readonly sourceRoot: string;
}

/** Directories of a repository that real projects keep dkms.conf in. */
const USUAL = ['', 'dkms', 'src', 'driver', 'kernel', 'module'];

/**
 * Finds dkms.conf: the given one, else at the top, in the usual directories, or debian/*.dkms. The
 * source is the conf's own directory if there is a makefile beside it, else the whole tree.
 * ConfError `no-conf` (4), `several-confs` (4).
 */
export async function findConf(directory: string, given?: string): Promise<ConfLocation> {
  if (given !== undefined) {
    if (existsSync(given)) return locate(directory, given);
    throw missing(given);
  }
  const usual = USUAL.map((name) => join(directory, name, 'dkms.conf')).filter(existsSync);
  const debian = await readdir(join(directory, 'debian')).catch(() => []);
  const packaged = debian
    .filter((name) => name.endsWith('.dkms'))
    .map((name) => join(directory, 'debian', name));
  const [first, ...others] =
    usual.length > 0
      ? usual.slice(0, usual[0] === join(directory, 'dkms.conf') ? 1 : undefined)
      : packaged;
  if (first === undefined) throw missing(join(directory, 'dkms.conf'));
  if (others.length > 0) {
    throw new ConfError(
      'several-confs',
      'the tree has several dkms.conf files',
      {
        where: { file: directory },
        output: [first, ...others],
        hint: 'Choose one with --conf FILE.',
      },
      EXIT.confMissing,
    );
  }
  return locate(directory, first);
}

function locate(directory: string, file: string): ConfLocation {
  const parent = relative(directory, dirname(file));
  const hasMakefile = ['Makefile', 'Kbuild', 'makefile', 'GNUmakefile'].some((name) =>
    existsSync(join(directory, parent, name)),
  );
  const inside = parent !== '' && !parent.startsWith('..') && parent !== 'debian';
  return { file, sourceRoot: inside && hasMakefile ? parent : '' };
}

function missing(file: string): ConfError {
  return new ConfError(
    'no-conf',
    'could not locate dkms.conf',
    {
      where: { file },
      hint: 'Write one (dkms(8), "DKMS.CONF"), or name it with --conf FILE.',
    },
    EXIT.confMissing,
  );
}
