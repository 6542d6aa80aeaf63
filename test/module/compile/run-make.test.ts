import { expect, test } from 'vitest';
import type { DkmsVariables } from '../../../src/dkms/conf/shell-of-dkms.ts';
import { makeCommand } from '../../../src/module/compile/run-make.ts';

const VARIABLES: DkmsVariables = {
  kernelver: '6.1.0',
  arch: 'x86_64',
  module: 'm',
  module_version: '1',
  dkms_tree: '/d',
  source_tree: '/s',
  install_tree: '/lib/modules',
  kernel_source_dir: '/k',
  kernel_config: '/k/.config',
  parallel_jobs: '4',
  current_kernel: '6.1.0-1',
  running_distribution: 'debian',
};
const J = 'make -j4 KERNELRELEASE=6.1.0';

test.each([
  [undefined, `${J} -C /k M=/d/m/1/build`],
  ['make', J],
  ['make all', `${J} all`],
  ['make a && make b', `${J} a && make b`],
  ['makefoo', `${J}foo`],
  ["'make' all", "'make' all"],
  ['"make" all', '"make" all'],
  ['FOO=1 make', 'FOO=1 make'],
  ['(make all)', '(make all)'],
  [' make', ' make'],
  ['./configure && make', './configure && make'],
  ['make $&', `${J} $&`],
])('%j', (make, expected) => {
  expect(makeCommand({ make }, VARIABLES, { clang: false }, 4)).toBe(expected);
});

test.each([
  [undefined, `${J} -C /k M=/d/m/1/build LLVM=1`],
  ['make all', `${J} all LLVM=1`],
  ['make all; find . -name x', `${J} all; find . -name x LLVM=1`],
])('for a kernel made with clang: %j', (make, expected) => {
  expect(makeCommand({ make }, VARIABLES, { clang: true }, 4)).toBe(expected);
});
