import { describe, expect, test } from 'vitest';
import { checkPackageName, isPackageName } from '../../src/debian/package-name.ts';

describe('isPackageName', () => {
  test.each(['v4l2loopback-dkms', '0ad', 'g++', 'libstdc++6', 'a.b', 'xy'])('%j', (name) => {
    expect(isPackageName(name)).toBe(true);
  });
  test.each([
    '',
    'a',
    'A-b',
    'a_b',
    '-ab',
    '.ab',
    '+ab',
    'a b',
    'ab\n',
    'a/b',
    '../etc',
    'é0',
    'a:b',
  ])('not %j', (name) => {
    expect(isPackageName(name)).toBe(false);
  });
});

describe('checkPackageName', () => {
  test('accepts', () => {
    expect(() => checkPackageName('rtl8812au-dkms', 'binary package')).not.toThrow();
  });
  test.each([
    ['a', 'fewer than two'],
    ['Ab', 'capital letters'],
    ['a_b', 'it contains "_"'],
    ['-ab', 'it begins with "-"'],
  ])('%j is refused with a reason', (name, reason) => {
    expect(() =>
      checkPackageName(name, 'source package', { file: 'debian/control', line: 3 }),
    ).toThrow(
      expect.objectContaining({
        code: 'package-name',
        where: { file: 'debian/control', line: 3 },
        message: expect.stringContaining(reason),
      }),
    );
  });
});
