import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { run } from '../system/process/run.ts';
import { compressXz } from './compress-tarball.ts';

/**
 * Writes an upstream tarball `target` (….orig.tar.xz) from a private copy of the tree, without debian/ and .pc/, in the
 * format of dpkg-source (Dpkg::Source::Archive). The same tree and `timestamp` (seconds since 1970) always give the
 * same bytes.
 */
export async function archiveTree(tree: string, timestamp: number, target: string): Promise<void> {
  const name = basename(tree);
  const format = [
    ...['--format=gnu', '--sort=name', `--mtime=@${timestamp}`, '--clamp-mtime'],
    ...['--numeric-owner', '--owner=0', '--group=0'],
  ];
  const without = ['--anchored', '--no-wildcards', `--exclude=${name}/debian`];
  await compressXz(target, async (tar) => {
    await run('tar', [...format, ...without, `--exclude=${name}/.pc`, '-cf', tar, '--', name], {
      cwd: dirname(tree),
      timeoutSeconds: 1800,
    });
  });
}

/**
 * Throws InputError `patches-applied` if debian/patches are applied in a tree, because the tree then differs from the
 * release of upstream.
 */
export async function refuseAppliedPatches(directory: string): Promise<void> {
  const record = join(directory, '.pc/applied-patches');
  const found = await stat(record).catch(() => undefined);
  if (found === undefined || found.size === 0) return;
  throw new InputError(
    'patches-applied',
    'debian/patches are applied, so no upstream tarball can be made from the tree',
    { where: { file: record }, hint: 'Unapply the patches first: quilt pop -a' },
  );
}
