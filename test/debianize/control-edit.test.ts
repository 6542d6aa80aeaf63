import { describe, expect, test } from 'vitest';
import { editControl, rememberedFields } from '../../src/debianize/control-edit.ts';
import type { ControlFields } from '../../src/debianize/files/control.ts';

const fields = (depends: string, homepage?: string): ControlFields => ({
  source: [
    ['Source', 'foo'],
    ['Build-Depends', 'dkms-deb'],
    ['Homepage', homepage],
  ],
  binary: [
    ['Package', 'foo-dkms'],
    ['Depends', depends],
  ],
});
const before = rememberedFields(fields('a'));

describe('editControl', () => {
  test.each([
    [
      'an untouched field follows; comments, order and folding stay',
      '# c\nBuild-Depends: dkms-deb\nSource: foo\nX-Mine:\n one\n\nPackage: foo-dkms\n# why\nDepends: a\n',
      '# c\nBuild-Depends: dkms-deb\nSource: foo\nX-Mine:\n one\n\nPackage: foo-dkms\n# why\nDepends: b\n',
    ],
    [
      'an edited field stays',
      'Source: foo\nBuild-Depends: dkms-deb\n\nPackage: foo-dkms\nDepends: a, mine\n',
      'Source: foo\nBuild-Depends: dkms-deb\n\nPackage: foo-dkms\nDepends: a, mine\n',
    ],
    [
      'a removed field stays away',
      'Source: foo\n\nPackage: foo-dkms\n',
      'Source: foo\n\nPackage: foo-dkms\n',
    ],
  ])('%s', (_, text, expected) => {
    expect(editControl(text, before, fields('b'))).toBe(expected);
  });

  test('a new field is inserted after the preceding one', () => {
    const text = 'Source: foo\nBuild-Depends: dkms-deb\nMine: x\n\nPackage: foo-dkms\nDepends: a\n';
    expect(editControl(text, before, fields('a', 'https://x.org'))).toBe(
      text.replace('Mine', 'Homepage: https://x.org\nMine'),
    );
  });

  test('the stanza of a package that a person added stays', () => {
    const added = '\nPackage: foo-tools\nDepends: a\n';
    const text = (depends: string) =>
      `Source: foo\nBuild-Depends: dkms-deb\n${added}\nPackage: foo-dkms\nDepends: ${depends}\n${added}`;
    expect(editControl(text('a'), before, fields('b'))).toBe(text('b'));
  });

  test('a file without the package, or without remembered fields, is not edited', () => {
    expect(editControl('Source: foo\n', before, fields('b'))).toBeUndefined();
    expect(editControl('no field', before, fields('b'))).toBeUndefined();
    const others = 'Source: foo\n\nPackage: foo-a\n\nPackage: foo-b\n';
    expect(editControl(others, before, fields('b'))).toBeUndefined();
    expect(
      editControl('Source: foo\n\nPackage: foo-dkms\n', undefined, fields('b')),
    ).toBeUndefined();
  });
});
