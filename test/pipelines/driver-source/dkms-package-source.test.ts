import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDkmsPackage } from '../../../src/pipelines/driver-source/dkms-package-source.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { CONTROL_TEXT, errorOf } from '../../support/archive-fixtures.ts';
import { exampleDirectory } from '../../support/example.ts';

/** Reads what dpkg-deb packs of examples/hello as /usr/src/hello-1.0 after `change`. */
async function read(change: (root: string, host: string) => Promise<unknown>) {
  return withTemporaryDirectory('test', async (directory) => {
    const host = await exampleDirectory('hello', directory);
    await writeFile(join(directory, 'copyright'), 'of the machine');
    const root = join(directory, 'root');
    await mkdir(join(root, 'DEBIAN'), { recursive: true });
    await writeFile(join(root, 'DEBIAN/control'), CONTROL_TEXT);
    await mkdir(join(root, 'usr/src'), { recursive: true });
    await exampleDirectory('hello', join(root, 'usr/src'));
    await change(root, host);
    const deb = join(directory, 'x.deb');
    await run('dpkg-deb', ['--root-owner-group', '-b', root, deb]);
    await mkdir(join(directory, 'scratch'));
    return readDkmsPackage(deb, { scratch: join(directory, 'scratch') });
  });
}

const replace = async (path: string, target: string) => {
  await rm(path, { recursive: true, force: true });
  await symlink(target, path);
};

test.each<[string, (root: string, host: string) => Promise<unknown>]>([
  ['usr/src/hello', (root, host) => replace(join(root, 'usr/src/hello'), host)],
  ['usr/src/hello', (root) => replace(join(root, 'usr/src/hello'), '../../../..')],
  ['usr/src', (root, host) => replace(join(root, 'usr/src'), join(host, '..'))],
  [
    'usr/src/hello/dkms.conf',
    (root, host) => replace(join(root, 'usr/src/hello/dkms.conf'), join(host, 'dkms.conf')),
  ],
  [
    'usr/src/hello/Makefile',
    (root, host) => replace(join(root, 'usr/src/hello/Makefile'), join(host, 'Makefile')),
  ],
  [
    'usr/src/hello/include',
    (root) => replace(join(root, 'usr/src/hello/include'), '../../../../../../../../../dev'),
  ],
  [
    'usr/share/hello/Makefile',
    async (root, host) => {
      await mkdir(join(root, 'usr/share'));
      await exampleDirectory('hello', join(root, 'usr/share'));
      await replace(join(root, 'usr/share/hello/Makefile'), join(host, 'Makefile'));
      await replace(join(root, 'usr/src/hello'), '../share/hello');
    },
  ],
])('bug: a link out of the package was followed: %s', async (path, change) => {
  expect(await errorOf(() => read(change))).toMatchObject({
    code: 'no-dkms-package',
    message: `the link /${path} leads out of the package`,
  });
});

test('names of packages and sources are checked', async () => {
  const control = (text: string) => async (root: string) =>
    writeFile(join(root, 'DEBIAN/control'), text);
  const source = CONTROL_TEXT.replace('\n', '\nSource: ../x\n');
  await expect(read(control(source))).rejects.toThrow('Source name "../x" is not allowed');
});

test('a link inside the package is followed', async () => {
  const { entries } = await read(async (root) => {
    await mkdir(join(root, 'usr/share'));
    await exampleDirectory('hello', join(root, 'usr/share'));
    await replace(join(root, 'usr/src/hello'), '../share/hello');
  });
  expect(entries.map(({ path }) => path)).toContain('hello.c');
});

test('a copyright that is a link is ignored, and a file that is not a changelog counts as none', async () => {
  const { description, missing } = await read(async (root, host) => {
    const documents = join(root, 'usr/share/doc/example-dkms');
    await mkdir(documents, { recursive: true });
    await symlink(join(host, '../copyright'), join(documents, 'copyright'));
    await writeFile(join(documents, 'changelog.gz'), 'no gzip');
  });
  expect(description.copyright).toContain('Upstream-Name: hello');
  expect(description.copyright).not.toContain('of the machine');
  expect(description.changelog).toBe('');
  expect(missing).toEqual(['copyright']);
});
