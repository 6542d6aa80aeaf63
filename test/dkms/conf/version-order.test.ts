import { expect, test } from 'vitest';
import { compareReleases, paddedVersion } from '../../../src/dkms/conf/version-order.ts';

test.each([
  ['2.6.9-1cvs200409091247', '002.006.009-001cvs200409091247'],
  ['6.12', '006.012'],
  ['6.1.0-56-amd64', '006.001.000-056-amd064'],
  ['v6', 'v006'],
  ['', ''],
])('VER %s', (release, padded) => {
  expect(paddedVersion(release)).toBe(padded);
});

test.each([
  ['6.9', '6.12', -1],
  ['6.12.1', '6.12', 1],
  ['6.12-rc1', '6.12', 1],
  ['6.12', '6.12', 0],
])('%s against %s', (a, b, order) => {
  expect(compareReleases(a, b)).toBe(order);
});
