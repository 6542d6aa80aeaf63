import { expect, test } from 'vitest';
import { architectureOfRpm, machineOf, rpmArchitectureOf } from '../../src/kernel/architecture.ts';

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

test.each([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['armhf', 'armv7hl'],
  ['ppc64el', 'ppc64le'],
  ['i386', 'i686'],
])('in RPM packages %s is %s', (architecture, rpm) => {
  expect(rpmArchitectureOf(architecture)).toBe(rpm);
  expect(architectureOfRpm(rpm)).toBe(architecture);
});

test('noarch is the name of no architecture', () => {
  expect(architectureOfRpm('noarch')).toBeUndefined();
});
