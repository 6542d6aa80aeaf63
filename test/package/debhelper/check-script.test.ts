import { expect, test } from 'vitest';
import { checkScript } from '../../../src/package/debhelper/check-script.ts';

// Bug: all of these were packed, and dpkg could not install the package.
test.each([
  ['nothing', ''],
  ['no #!', 'set -e\n'],
  ['an interpreter of nowhere', '#!/nonexistent/sh\n'],
  ['a relative interpreter', '#!sh\n'],
  ['a CR behind the interpreter', '#!/bin/sh\r\nset -e\r\n'],
  ['a byte order mark', '\ufeff#!/bin/sh\n'],
  ['an if without fi', '#!/bin/sh\nif true; then\n'],
  ['a quote that does not end', '#!/bin/sh -e\necho "x\n'],
  ['bash for sh', '#!/bin/sh\na=(1 2)\n'],
  ['a NUL', '#!/bin/sh\necho \0\n'],
])('a script with %s is refused', async (_name, text) => {
  await expect(checkScript(text, 'debian/x.postinst')).rejects.toMatchObject({
    code: 'bad-script',
    where: { file: 'debian/x.postinst' },
  });
});

test.each([
  ['sh', '#!/bin/sh\nset -e\nif true; then :; fi\n'],
  ['sh with a word', '#!/bin/sh -e\n'],
  ['bash', '#!/bin/bash\na=(1 2)\n'],
  ['perl', '#!/usr/bin/perl -w\nuse strict;\n'],
])('%s is taken', async (_name, text) => {
  await expect(checkScript(text, 'debian/x.postinst')).resolves.toBeUndefined();
});

// Bug: the error about a NUL said that the shell cannot read the script, but sh -n ends without an error.
test('the error about a NUL names the byte', async () => {
  await expect(checkScript('#!/bin/sh\necho \0\n', 'debian/x.postinst')).rejects.toThrow(
    'the script contains a byte with the value 0',
  );
});
