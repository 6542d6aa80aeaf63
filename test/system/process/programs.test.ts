import { expect, test } from 'vitest';
import { installHint } from '../../../src/system/process/programs.ts';

test.each([
  ['xz', 'Install xz: apt install xz-utils'],
  ['llvm-strip', 'Install llvm-strip: apt install llvm'],
  [
    'aarch64-linux-gnu-strip',
    'Install aarch64-linux-gnu-strip: apt install binutils-aarch64-linux-gnu',
  ],
  [
    'x86_64-linux-gnu-objcopy',
    'Install x86_64-linux-gnu-objcopy: apt install binutils-x86-64-linux-gnu',
  ],
  ['frob', 'Install the package that provides frob.'],
])('a missing %s: %s', (program, hint) => {
  expect(installHint(program)).toBe(hint);
});
