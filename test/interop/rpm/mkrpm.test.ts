import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../../support/example.ts';
import { call, dkmsDeb, sandboxTest as test } from '../../support/sandbox.ts';

test('mkrpm finds the driver as DKMS 2.8 did, and leaves the package where DKMS did', async ({
  sandbox,
}) => {
  const [dkms, source] = [join(sandbox.directory, 'dkms'), join(sandbox.directory, 'src')];
  await mkdir(dkms);
  await mkdir(source);
  const tree = await exampleDirectory('hello', source);
  const trees = ['--dkmstree', dkms, '--sourcetree', source];
  await writeFile(join(tree, 'hello-dkms-mkrpm.spec'), 'Name: hello\n');
  const added = await call(sandbox, 'dkms', ['add', ...trees, tree]);
  expect(added.exitStatus, added.output).toBe(0);
  const { exitStatus, stderr, output } = await dkmsDeb(sandbox, [
    ...['mkrpm', '-m', 'hello', '-v', '1.0', '--source-only', ...trees],
  ]);
  expect(exitStatus, output).toBe(0);
  expect(await readdir(join(dkms, 'hello/1.0/rpm'))).toEqual(['hello-dkms-1.0-1.noarch.rpm']);
  expect(stderr).toContain('Running: dkms-deb rpm -b -o ');
  expect(stderr).toContain('The package is NAME-dkms');
  expect(stderr).toContain('hello-dkms-mkrpm.spec is not used');
});

test('mkkmp and mkdriverdisk end with 2, and say what replaces them', async ({ sandbox }) => {
  for (const name of ['mkkmp', 'mkdriverdisk']) {
    const { exitStatus, stderr } = await dkmsDeb(sandbox, [name, '-m', 'hello', '-v', '1.0']);
    expect(exitStatus).toBe(2);
    expect(stderr).toContain(`${name} of DKMS 2.8 is not part of dkms-deb`);
    expect(stderr).toContain('bmdeb');
  }
});
