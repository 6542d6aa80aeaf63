import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referenceKernel } from '../../src/kernel/reference-kernel.ts';

test('the reference kernel is the same everywhere, and its headers do not exist', () => {
  const kernel = referenceKernel();
  expect(kernel.release).toBe('6.12.0-reference');
  expect(kernel.machine).toBe('x86_64');
  expect(kernel.configFile).toBeUndefined();
  expect(existsSync(kernel.directory)).toBe(false);
});
