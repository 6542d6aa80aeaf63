import { expect, test } from 'vitest';
import { placeInConfig } from '../../../src/commands/plan/place-in-config.ts';
import { KernelError, UsageError } from '../../../src/errors.ts';

const NAMES = ['trixe', 'amd46'];
const placed = (error: Error, file: string | undefined = 'dkms-deb.yaml') =>
  placeInConfig(file, NAMES, () => {
    throw error;
  });

test('an error about a name of dkms-deb.yaml names the file', async () => {
  const usage = new UsageError('no source for the suite trixe', { hint: 'Did you mean trixie?' });
  await expect(placed(usage)).rejects.toMatchObject({
    code: 'usage',
    exitStatus: 2,
    message: usage.message,
    hint: usage.hint,
    where: { file: 'dkms-deb.yaml' },
  });
  const none = new KernelError('no-kernel-matches', 'these suites have no kernel for amd46');
  await expect(placed(none)).rejects.toMatchObject({
    code: 'no-kernel-matches',
    exitStatus: 21,
    where: { file: 'dkms-deb.yaml' },
  });
});

test('other errors stay as they are', async () => {
  const others = [
    new UsageError('--offline and --refresh cannot be combined'),
    new UsageError('no source for the suite trixe', { where: { file: 'other' } }),
    new KernelError('no-lists', 'there are no package lists of trixe'),
    new TypeError('trixe'),
  ];
  for (const error of others) await expect(placed(error)).rejects.toBe(error);
  const usage = new UsageError('no source for the suite trixe');
  await expect(placeInConfig(undefined, NAMES, () => Promise.reject(usage))).rejects.toBe(usage);
  expect(await placeInConfig('x', NAMES, () => 5)).toBe(5);
});
