import { expect, test } from 'vitest';
import { followSpec, rememberedLines } from '../../src/rpm/follow-spec.ts';

const spec = `%global dkms_version    1.0
Version:          1.0
Release:          2%{?dist}
Requires:         mine

%changelog
* Sun Mar 01 2026 Ann <a@example.org> - 1.0-2
- One.
`;
const before = rememberedLines(spec);
const now = {
  ...before,
  '%global dkms_version': '1.1',
  'Version:': '1.1',
  'Release:': '1%{?dist}',
};
const entry = { version: '1.1-1', text: '* Mon Mar 02 2026 Ann <a@example.org> - 1.1-1\n- Two.' };

test('an edited spec gets the new version and its entry, and keeps everything else', () => {
  expect(followSpec(spec, before, now, entry)).toBe(`%global dkms_version    1.1
Version:          1.1
Release:          1%{?dist}
Requires:         mine

%changelog
* Mon Mar 02 2026 Ann <a@example.org> - 1.1-1
- Two.

* Sun Mar 01 2026 Ann <a@example.org> - 1.0-2
- One.
`);
});

test('a value that the user changed is kept', () => {
  const edited = spec.replace('2%{?dist}', '7');
  expect(followSpec(edited, before, now, entry)).toContain('Release:          7\n');
});

test('without a new version nothing is changed', () => {
  expect(followSpec(spec, before, before, entry)).toBe(spec);
  expect(followSpec(spec, undefined, now, entry)).toBe(spec);
});

test('bug: an edited spec did not get the first epoch, and rpm saw a downgrade', () => {
  const withEpoch = { ...now, 'Epoch:': '1', 'Version:': '0.9' };
  const followed = followSpec(spec, before, withEpoch, undefined);
  expect(followed).toContain('Epoch:            1\nVersion:          0.9\n');
  const own = spec.replace('Version:', 'Epoch: 3\nVersion:');
  expect(followSpec(own, before, withEpoch, undefined)).toContain('\nEpoch: 3\nVersion:');
});
