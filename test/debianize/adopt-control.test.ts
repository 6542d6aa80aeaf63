import { expect, test } from 'vitest';
import { adoptControl } from '../../src/debianize/adopt-control.ts';

const fields = {
  source: [
    ['Source', 'foo'],
    ['Homepage', 'https://ours.example'],
    ['Vcs-Git', 'https://ours.example/foo.git'],
    ['Testsuite', 'autopkgtest-pkg-dkms'],
  ],
  binary: [
    ['Package', 'foo-dkms'],
    ['Depends', '$' + '{misc:Depends}, pahole'],
  ],
} as const;
const adopt = (text: string) =>
  adoptControl(text, { fields, before: undefined, buildDepends: [], hasTests: false });

test('fields that the package has stay, whatever the case of their names is', () => {
  const text =
    'Source: foo\nhomepage: https://own.example\nvcs-hg: https://own.example/hg\ntestsuite: own\n\nPackage: foo-dkms\ndepends: pahole\n';
  expect(adopt(text)).toBe(text);
});

test('what is missing is added', () => {
  expect(adopt('Source: foo\n\nPackage: foo-dkms\nDepends: dkms\n')).toBe(
    'Source: foo\nHomepage: https://ours.example\nVcs-Git: https://ours.example/foo.git\nTestsuite: autopkgtest-pkg-dkms\n\nPackage: foo-dkms\nDepends: dkms,\n pahole\n',
  );
});

test('a field without a value gets no comma', () => {
  const text =
    'Source: foo\nHomepage: a\nVcs-Git: b\nTestsuite: c\n\nPackage: foo-dkms\nDepends:\n';
  expect(adopt(text)).toBe(`${text} pahole\n`);
});
