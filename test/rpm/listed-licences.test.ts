import { expect, test } from 'vitest';
import { listedLicences } from '../../src/rpm/listed-licences.ts';

// Bug: rpmbuild warned "File listed twice", and the last file took the place of the others.
test('of licence files with one name, the one around the source is chosen; others are noted', () => {
  const all = ['LICENSE', 'COPYING', 'library/LICENSE', 'module/LICENSE', 'module/doc/LICENSE'];
  expect(listedLicences(all, 'module')).toEqual({
    files: ['module/LICENSE', 'COPYING'],
    notes: [
      'LICENSE is not in %files: module/LICENSE has the same name',
      'library/LICENSE is not in %files: module/LICENSE has the same name',
      'module/doc/LICENSE is not in %files: module/LICENSE has the same name',
    ],
  });
  expect(listedLicences(['lib/LICENSE', 'LICENSE'], '').files).toEqual(['LICENSE']);
  expect(listedLicences(['a/LICENSE', 'b/LICENSE'], '').files).toEqual(['a/LICENSE']);
});
