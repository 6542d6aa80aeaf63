import { expect, test } from 'vitest';
import { meantArchitecture } from '../../src/kernel/architecture-names.ts';

test.each([
  ['amd46', 'Did you mean amd64? '],
  ['admd64', 'Did you mean amd64? '],
  ['arm46', 'Did you mean arm64? '],
  ['armfh', 'Did you mean armhf? '],
  ['x86_64', 'Did you mean amd64? '],
  ['x86_46', 'Did you mean amd64? '],
  ['aarch64', 'Did you mean arm64? '],
  ['AMD64', 'Did you mean amd64? '],
  ['ppc64le', 'Did you mean ppc64el? '],
  ['risc64', 'Did you mean riscv64? '],
  // Names of Debian, also of ports, and names that are like none.
  ['amd64', ''],
  ['ppc64', ''],
  ['sparc64', ''],
  ['mips', ''],
  ['ia64', ''],
  ['newcpu', ''],
])('%j: %j', (word, question) => {
  expect(meantArchitecture(word)).toBe(question);
});
