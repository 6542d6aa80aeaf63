import { rm } from 'node:fs/promises';
import { KernelError } from '../../errors.ts';
import { debFile, type HeaderStore, sha256OfFile } from './header-store.ts';

/**
 * Returns the path of a package in the store, after comparing its contents with the sha256 in its file name. Throws
 * KernelError `not-stored` if the store does not have the package. Throws KernelError `damaged-deb` if the contents
 * have another sha256: the file is then removed, so that the next run fetches it.
 */
export async function checkedDeb(
  store: HeaderStore,
  { sha256, name, version }: { sha256: string; name: string; version: string },
): Promise<string> {
  const file = debFile(store, sha256);
  const found = await sha256OfFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new KernelError('not-stored', `the package ${name} ${version} is not in the store`, {
      where: { file },
      hint: 'Run once without --offline, so that the package is fetched.',
      cause,
    });
  });
  if (found === sha256) return file;
  await rm(file, { force: true });
  throw new KernelError(
    'damaged-deb',
    `the package ${name} ${version} in the store was damaged, so it was removed`,
    { where: { file }, hint: 'Run again without --offline, so that the package is fetched again.' },
  );
}
