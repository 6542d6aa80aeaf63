import { expect, test } from 'vitest';
import type { PackageContents } from '../../../src/package/verify/package-contents.ts';
import { verifyChecksums } from '../../../src/package/verify/verify-checksums.ts';

const MD5 = '0123456789abcdef0123456789abcdef';

test('the files that md5sums lists are counted, not the conffiles', () => {
  const control = new Map([
    ['conffiles', Buffer.from('/etc/x\n')],
    ['md5sums', Buffer.from(`${MD5}  usr/y\n`)],
  ]);
  const digests = new Map([
    ['etc/x', MD5],
    ['usr/y', MD5],
  ]);
  const contents = { deb: { control }, digests } as unknown as PackageContents;
  expect(verifyChecksums(contents)).toEqual([
    { level: 'ok', code: 'md5sums', message: 'md5sums matches all 1 files that it lists' },
  ]);
});
