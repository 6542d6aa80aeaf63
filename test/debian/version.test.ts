import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  isVersion,
  parseVersion,
  withoutEpoch,
  withoutRevision,
} from '../../src/debian/version.ts';

describe('parseVersion', () => {
  test.each([
    ['1.2', { epoch: 0, upstream: '1.2', revision: '' }],
    ['1.2-3', { epoch: 0, upstream: '1.2', revision: '3' }],
    ['2:1.2-rc1-3~bpo12+1', { epoch: 2, upstream: '1.2-rc1', revision: '3~bpo12+1' }],
    ['1:2:3-4', { epoch: 1, upstream: '2:3', revision: '4' }],
    ['0', { epoch: 0, upstream: '0', revision: '' }],
  ])('%j', (text, parts) => {
    expect(parseVersion(text)).toEqual(parts);
  });

  test.each([
    ['', 'empty'],
    [' 1', 'space'],
    ['1 2', 'space'],
    ['1\n', 'space'],
    [':1', 'epoch before ":" is empty'],
    ['a:1', 'not a number'],
    ['+1:1', 'not a number'],
    ['-1:1', 'not a number'],
    ['2147483648:1', 'too big'],
    ['1:', 'upstream version is missing'],
    ['-1', 'upstream version is missing'],
    ['1-', 'revision after "-" is empty'],
    ['v1.2', 'begin with a digit'],
    ['~1', 'begin with a digit'],
    ['1:a2', 'the upstream version does not begin with a digit'],
    ['1.2_rc1', 'contains "_"'],
    ['1-2/3', 'contains "/"'],
    ['1-2:3', '"1-2" is not a number'],
    ['1:1-2:3', 'contains ":"'],
    ['1é', 'contains "é"'],
  ])('%j is refused', (text, reason) => {
    expect(isVersion(text)).toBe(false);
    expect(() => parseVersion(text, { file: 'x', line: 1 })).toThrow(
      expect.objectContaining({
        code: 'version',
        message: expect.stringContaining(reason),
        where: { file: 'x', line: 1 },
      }),
    );
  });
});

describe('compareVersions', () => {
  // Each list in ascending order; every pair is compared both ways.
  test.each([
    [['1.0~~', '1.0~~a', '1.0~', '1.0', '1.0-1', '1.0a', '1.0+', '1.0.1', '1:0']],
    [['1.2.3~git1', '1.2.3', '1.2.3+git20261121.1a2b3c4', '1.2.4']],
    [['1.0~rc1-1', '1.0-1~bpo12+1', '1.0-1', '1.0-1+b1', '1.0-1.1', '1.0-2', '1.0-10']],
    [['6.1.0-9', '6.1.0-10', '6.12.0', '2147483647:0']],
    [['1.99999999999999999999998', '1.99999999999999999999999', '1.100000000000000000000000']],
  ])('%j', (ascending) => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect([a, b, compareVersions(a, b)]).toEqual([a, b, Math.sign(i - j)]);
      }
    }
  });

  test.each([
    ['1.0', '1.00'],
    ['0:1', '1'],
    ['1', '1-0'],
    ['1.a', '1.a0'],
    ['1.002', '1.2'],
  ])('%j equals %j', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
    expect(compareVersions(b, a)).toBe(0);
  });

  test('refuses invalid versions', () => {
    expect(() => compareVersions('1', 'x')).toThrow(expect.objectContaining({ code: 'version' }));
  });
});

test.each([
  ['1:1.2-3', '1.2-3', '1:1.2'],
  ['1.2', '1.2', '1.2'],
  ['1.2-rc1-3', '1.2-rc1-3', '1.2-rc1'],
])('parts of %j', (version, inFileNames, upstream) => {
  expect(withoutEpoch(version)).toBe(inFileNames);
  expect(withoutRevision(version)).toBe(upstream);
});
