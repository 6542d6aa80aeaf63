import { expect, test } from 'vitest';
import { isOfOtherSystem } from '../../../src/dkms/source/other-systems.ts';

test.each([
  ['windows/driver.c', true],
  ['winusb/src/x.cpp', true],
  ['FreeBSD/if_x.c', true],
  ['tools/lib/libx.so.1', true],
  ['bin/setup.exe', true],
  ['x.sln', true],
  ['module/os/freebsd/x.c', false],
  ['windows.c', false],
  ['blob.o_shipped', false],
  ['lib.so.c', false],
  ['linux/x.c', false],
])('isOfOtherSystem(%s) is %s', (path, expected) => {
  expect(isOfOtherSystem(path)).toBe(expected);
});
