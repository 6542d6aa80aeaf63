import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/debian/person.ts';
import type { DriverSource } from '../../../src/pipelines/driver-source/driver-source.ts';
import { readSource } from '../../../src/pipelines/driver-source/read-source.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { archivePackage } from '../../support/archive-packages.ts';
import { exampleDirectory } from '../../support/example.ts';
import { type SmallPackage, writeSmallPackage } from '../../support/small-package.ts';

/** What is known of a source that `make` writes below a temporary directory. */
async function known(
  make: (directory: string) => Promise<string>,
  maintainer?: Person,
): Promise<DriverSource> {
  return withTemporaryDirectory('source', async (directory) => {
    const scratch = join(directory, 'scratch');
    await mkdir(scratch);
    return readSource(await make(directory), { scratch, maintainer, reporter: silentReporter });
  });
}

/** examples/hello with these files of debian/. */
async function packagedTree(
  parent: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const tree = await exampleDirectory('hello', parent);
  const files: Record<string, string | undefined> = {
    control: `Source: greet
Maintainer: Erika Mustermann <erika@example.org>

Package: greet-dkms
Architecture: all
Description: greeting in /proc/greet (DKMS)
`,
    changelog: `greet (2.0-1) unstable; urgency=medium

  * New.

 -- Erika Mustermann <erika@example.org>  Mon, 02 Mar 2026 10:00:00 +0000
`,
    copyright: 'Copyright 2026 Erika Mustermann\n',
    ...changes,
  };
  await mkdir(join(tree, 'debian'));
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) await writeFile(join(tree, 'debian', name), text);
  }
  return tree;
}

test('the package with the source is read, even if PACKAGE_NAME differs', async () => {
  // PACKAGE_NAME is ovpn-dco.
  const deb = await known(
    async (parent) => (await archivePackage('openvpn-dco-dkms', parent)).file,
  );
  expect(deb.description.dkmsPackage).toBe('openvpn-dco-dkms');
  expect((await known(packagedTree)).description.dkmsPackage).toBe('greet-dkms');
  const bare = await known((parent) => exampleDirectory('hello', parent));
  expect(bare.description.dkmsPackage).toBe('hello-dkms');
});

test('--maintainer is also used in generated texts', async () => {
  const jane = { name: 'Jane Doe', email: 'jane@example.org' };
  const { description } = await known((parent) => exampleDirectory('hello', parent), jane);
  expect(description.maintainer).toEqual(jane);
  expect(description.copyright).toMatch(
    /^Files: debian\/\*\nCopyright: \d+ Jane Doe <jane@example.org>$/m,
  );
  expect(description.changelog).toMatch(/^ -- Jane Doe <jane@example.org> {2}/m);
});

test.each([
  [{ conf: 'dkms.conf' }, '--conf'],
  [{ set: { PACKAGE_VERSION: '2.0' } }, '--set'],
])(
  'bug: a choice for a tree was passed over where the source is a .deb: %j',
  async (choice, option) => {
    await withTemporaryDirectory('source', async (directory) => {
      const file = join(directory, 'hello-dkms_1.0_all.deb');
      await writeFile(file, '');
      const options = { ...choice, scratch: directory, reporter: silentReporter };
      await expect(readSource(file, options)).rejects.toMatchObject({
        exitStatus: 2,
        message: expect.stringContaining(`${option} needs a source tree`),
      });
    });
  },
);

describe('facts of the tree replace those that debian/ or a package lacks', () => {
  test('bug: debian/ without a copyright file was an error', async () => {
    for (const copyright of [undefined, '\n']) {
      const { description, missing } = await known((parent) => packagedTree(parent, { copyright }));
      expect(missing).toEqual(['copyright']);
      expect(description.copyright).toContain('Upstream-Name: hello');
      expect(description).toMatchObject({ version: '2.0-1', synopsis: 'greeting in /proc/greet' });
    }
  });

  test('debian/ may have PACKAGE.copyright, as in dh_installdocs', async () => {
    const changes = { copyright: undefined, 'greet-dkms.copyright': 'Of greet\n' };
    const { description, missing } = await known((parent) => packagedTree(parent, changes));
    expect(missing).toBeUndefined();
    expect(description.copyright).toBe('Of greet\n');
  });

  test.each<[string, Partial<SmallPackage>]>([
    ['no documents', {}],
    ['a link to the documents of another', { links: { 'usr/share/doc/hello-dkms': 'hello' } }],
  ])('bug: a package with %s gave an empty copyright', async (_, changes) => {
    const { description, missing } = await known(async (parent) => {
      const tree = await exampleDirectory('hello', parent);
      const files: Record<string, Buffer> = {};
      for (const name of ['dkms.conf', 'Makefile', 'hello.c']) {
        files[`usr/src/hello-1.0/${name}`] = await readFile(join(tree, name));
      }
      return writeSmallPackage(parent, { name: 'hello-dkms', files, ...changes });
    });
    expect(missing).toEqual(['copyright']);
    expect(description.copyright).toContain('Upstream-Name: hello');
    expect(description.changelog).toBe('');
    expect(description.maintainer).toEqual({ name: 'A Person', email: 'person@example.org' });
  });
});
