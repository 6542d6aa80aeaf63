import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import { describeBinary, describePackaging } from '../../src/package/driver-description.ts';
import { readPackaging } from '../../src/package/packaging.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

const DOCUMENTS = { copyright: '', changelog: '', latest: undefined };

test.each([
  // Built again, of the same source.
  ['Source: libvpoll-eventfd (0.1-3)\n', 'libvpoll-eventfd', '0.1-3'],
  ['Source: libvpoll-eventfd\n', 'libvpoll-eventfd', '0.1-3+b1'],
  ['', 'vpoll-dkms', '0.1-3+b1'],
])('%j: of the source, the name and its own version', (field, source, sourceVersion) => {
  const text = `Package: vpoll-dkms\n${field}Version: 0.1-3+b1\nMaintainer: A B <a@b.org>\n`;
  const [stanza] = parseDeb822(text, 'control').paragraphs;
  if (stanza === undefined) throw new Error('no stanza');
  const version = '0.1-3+b1';
  expect(describeBinary(stanza, DOCUMENTS)).toMatchObject({ source, sourceVersion, version });
});

test('debian/ of a binNMU has the version of the source without +b1', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    const debian = join(tree, 'debian');
    await mkdir(debian);
    const person = 'A B <a@b.org>';
    const control = `Source: vpoll\nMaintainer: ${person}\n\nPackage: vpoll-dkms\nArchitecture: all\nDescription: x\n`;
    await writeFile(join(debian, 'control'), control);
    const entry = `vpoll (0.1-3+b1) sid; urgency=low, binary-only=yes\n\n  * Rebuild.\n\n -- ${person}  Thu, 01 Jan 2026 00:00:00 +0000\n`;
    await writeFile(join(debian, 'changelog'), entry);
    const described = await describePackaging(await readPackaging(debian));
    expect(described).toMatchObject({ version: '0.1-3+b1', sourceVersion: '0.1-3' });
  });
});
