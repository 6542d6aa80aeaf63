import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { run } from '../../../src/system/run.ts';
import { withTrixieRoot } from '../../support/chroot.ts';
import { PROJECT } from '../../support/project.ts';

test('the trixie root has DKMS and the headers of its kernel', async () => {
  await withTrixieRoot(async (root) => {
    const { stdout } = await root.run('dkms', ['--version']);
    expect(stdout).toMatch(/^dkms-3\.2/);
    expect(root.kernel).toMatch(/^6\.12\..*\+deb13-/);
    await root.run('test', ['-e', `/lib/modules/${root.kernel}/build/include`]);
    await root.run('test', ['-e', '/proc/self/status']);
    expect((await root.run('pwd', [], { cwd: '/usr/src' })).stdout).toBe('/usr/src\n');
    expect((await root.run('printenv', ['COLOUR'], { env: { COLOUR: 'a b' } })).stdout).toBe(
      'a b\n',
    );
  });
});

test('apt installs a local package offline, DKMS compiles it', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const deb = await packHello(parent);
    await withTrixieRoot(async (root) => {
      await root.run('apt-get', ['install', '-y', await root.copyIn(deb)], { timeoutSeconds: 240 });
      const status = await root.run('dkms', ['status', 'hello/1.0']);
      expect(status.stdout).toContain(`${root.kernel}, x86_64: installed`);
      const { stdout } = await root.run('modinfo', ['-k', root.kernel, '-n', 'hello']);
      expect(stdout).toMatch(/\/updates\/dkms\/hello\.ko\.xz$/m);
    });
  });
});

test('nothing is left, whatever happens in the root', async () => {
  let directory = '';
  const failed = withTrixieRoot(async (root) => {
    directory = root.directory;
    await root.run('sh', ['-c', 'sleep 300 & exit 3']);
  });
  await expect(failed).rejects.toThrow('ended with status 3');
  expect(existsSync(directory)).toBe(false);
  expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(directory);
});

/** A -dkms package of examples/hello, written by dpkg-deb. */
async function packHello(parent: string): Promise<string> {
  const tree = join(parent, 'tree');
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await cp(join(PROJECT, 'examples/hello'), join(tree, 'usr/src/hello-1.0'), { recursive: true });
  await writeFile(
    join(tree, 'DEBIAN/control'),
    [
      ...['Package: hello-dkms', 'Version: 1.0-1', 'Architecture: all'],
      ...['Maintainer: Nobody <nobody@example.org>', 'Depends: dkms', 'Description: test', ''],
    ].join('\n'),
  );
  await writeFile(
    join(tree, 'DEBIAN/postinst'),
    '#!/bin/sh\nset -e\n/usr/lib/dkms/common.postinst hello 1.0 /usr/share/hello-dkms "" "$2"\n',
  );
  await chmod(join(tree, 'DEBIAN/postinst'), 0o755);
  const file = join(parent, 'hello-dkms_1.0-1_all.deb');
  await run('dpkg-deb', ['--root-owner-group', '-b', tree, file]);
  return file;
}
