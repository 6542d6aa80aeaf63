import { expect, test } from 'vitest';
import { machineOf } from '../../src/kernel/architecture.ts';

test.each([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['armhf', 'armv7l'],
  ['ppc64el', 'ppc64le'],
  ['riscv64', 'riscv64'],
  ['sparc64', 'sparc64'],
])('%s is %s', (architecture, machine) => {
  expect(machineOf(architecture)).toBe(machine);
});
