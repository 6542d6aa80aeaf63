import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/**
 * Unpacks a package with its control files, and its modules without compression, so that packages of two suites can be
 * compared: the xz of bookworm and of trixie make other bytes of the same module, and md5sums follows them. Build-Key
 * identifies the headers of an archive by their packages.
 */
export async function unpackPlain(deb: string, directory: string): Promise<void> {
  await run('dpkg-deb', ['-R', deb, directory]);
  await run('find', [directory, '-name', '*.ko.xz', '-exec', 'xz', '-d', '{}', '+']);
  await rm(join(directory, 'DEBIAN/md5sums'));
  await run('sed', ['-i', '/^Build-/d', join(directory, 'DEBIAN/control')]);
}
