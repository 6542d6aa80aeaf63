import { expect, test } from 'vitest';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import { describeBinary } from '../../src/package/driver-description.ts';

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
