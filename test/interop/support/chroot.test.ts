import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withTrixieRoot } from '../../support/chroot.ts';

test('the trixie root has DKMS and the headers of its kernel, and is always removed', async () => {
  let directory = '';
  const failed = withTrixieRoot(async (root) => {
    directory = root.directory;
    const { stdout } = await root.run('dkms', ['--version']);
    expect(stdout).toMatch(/^dkms-3\.2/);
    expect(root.kernel).toMatch(/^6\.12\..*\+deb13-/);
    await root.run('test', ['-e', `/lib/modules/${root.kernel}/build/include`]);
    await root.run('test', ['-e', '/proc/self/status']);
    expect((await root.run('pwd', [], { cwd: '/usr/src' })).stdout).toBe('/usr/src\n');
    const printed = await root.run('printenv', ['COLOUR'], { env: { COLOUR: 'a b' } });
    expect(printed.stdout).toBe('a b\n');
    await root.run('sh', ['-c', 'sleep 300 & exit 3']);
  });
  await expect(failed).rejects.toThrow('ended with status 3');
  expect(existsSync(directory)).toBe(false);
  expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(directory);
});
