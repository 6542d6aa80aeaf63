import { expect, test } from 'vitest';
import { installHint } from '../../../src/system/process/programs.ts';

test.each([
  ['xz', 'Install it: apt install xz-utils'],
  ['llvm-strip', 'Install it: apt install llvm'],
  ['aarch64-linux-gnu-strip', 'Install it: apt install binutils-aarch64-linux-gnu'],
  ['x86_64-linux-gnu-objcopy', 'Install it: apt install binutils-x86-64-linux-gnu'],
  ['frob', 'Install the package that provides frob.'],
])('a missing %s: %s', (program, hint) => {
  expect(installHint(program)).toBe(hint);
});
