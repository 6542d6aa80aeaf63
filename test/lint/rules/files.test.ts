import { expect, test } from 'vitest';
import { confWith, lintFiles } from '../../support/lint-a-tree.ts';

test.each([
  [
    '/fix.patch',
    '/fix.patch is an absolute path, which dkms-deb refuses: DKMS looks for it below patches/',
  ],
  ['../fix.patch', '../fix.patch leads out of patches/, which DKMS refuses since 3.1.2'],
])('bug: DKMS was said to refuse an absolute path of a patch: %s', async (path, message) => {
  const files = { 'dkms.conf': confWith(`PATCH[0]="${path}"`), 'patches/fix.patch': '' };
  const found = (await lintFiles(files)).filter(({ code }) => code === 'patch-missing');
  expect(found.map((one) => one.message)).toEqual([message]);
});
