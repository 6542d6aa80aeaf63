import { expect, test } from 'vitest';
import { callInProcess } from '../../support/verify-command.ts';

test.each([
  ['--dbgsym', ['--dbgsym']],
  ['--changes', ['--changes']],
  ['--meta', ['--meta', 'loose']],
  ['--initramfs', ['--initramfs', 'auto']],
  ['--dkms-relation', ['--dkms-relation', 'conflicts']],
  ['--kernel-package', ['--kernel-package', 'kernel-core']],
  ['--kernel-dep', ['--kernel-dep', 'name']],
  ['--suite', ['--suite', 'trixie', '--all']],
])('--format rpm with %s is refused', async (name, args) => {
  const kernel = args.includes('--all') ? [] : ['-k', '6.1.0'];
  const words = ['bmdeb', '--format', 'rpm', ...kernel, ...args, '/nonexistent'];
  const { status, stderr } = await callInProcess(...words);
  expect(status).toBe(2);
  expect(stderr).toContain(`--format rpm cannot be combined with ${name}`);
});
