import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { asRoot } from './as-root.ts';
import type { DebianRoot } from './chroot.ts';
import { npmTarball } from './npm-tarball.ts';

/**
 * Installs node and dkms-deb (as packed by `npm pack`) into a Debian root. Returns the path of the command
 * there. Needs no npm and no network. Libraries of node that the root does not have are copied, too:
 * Debian's own node has a dozen, others none.
 */
export async function installInRoot(root: DebianRoot): Promise<string> {
  return withTemporaryDirectory('install', async (staging) => {
    const opt = join(staging, 'opt/dkms-deb');
    await mkdir(opt, { recursive: true });
    const tarball = await npmTarball(staging);
    await run('tar', ['-xf', tarball, '--strip-components=1', '-C', opt]);
    await cp(process.execPath, join(opt, 'node'), { dereference: true });
    const libraries = join(opt, 'lib');
    await mkdir(libraries);
    const linked = await run('ldd', [process.execPath], { accept: [0, 1] });
    for (const [, name = '', path = ''] of linked.stdout.matchAll(/(\S+) => (\/\S+) \(0x/g)) {
      const there = await root.run('sh', ['-c', 'ldconfig -p | grep -qF "$0"', basename(name)], {
        accept: [0, 1],
      });
      if (there.exitStatus !== 0) await cp(path, join(libraries, name), { dereference: true });
    }
    const command = join(opt, 'dkms-deb');
    await writeFile(
      command,
      '#!/bin/sh\nLD_LIBRARY_PATH=/opt/dkms-deb/lib exec /opt/dkms-deb/node /opt/dkms-deb/bin/dkms-deb "$@"\n',
      { mode: 0o755 },
    );
    await asRoot(['cp', '-r', '--', opt, join(root.directory, 'opt')]);
    return '/opt/dkms-deb/dkms-deb';
  });
}
