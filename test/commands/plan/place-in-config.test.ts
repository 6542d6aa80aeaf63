import { expect, test } from 'vitest';
import { placeInConfig } from '../../../src/commands/plan/place-in-config.ts';
import { KernelError, UsageError } from '../../../src/errors.ts';

const NAMES = { inFile: ['trixe', 'amd46', '6.{1,2}.*'], onCommandLine: ['clod'] };
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
  const none = new KernelError('no-kernel-matches', 'the chosen suites have no kernel for amd46');
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

test('bug: dkms-deb.yaml was blamed for a name of the command line that contains one of its names', async () => {
  const names = { inFile: ['amd64', '6.12'], onCommandLine: ['9.9-amd64', '{x,amd64,y}'] };
  const messages = [
    'no kernel of the chosen suites matches "9.9-amd64"',
    'no kernel of the chosen suites matches "{x,amd64,y}"',
    'no kernel of the chosen suites matches "16.12"',
    'no kernel of the chosen suites matches "6.12.1"',
    'the chosen suites have no kernel for amd64-rt',
  ];
  for (const message of messages) {
    const error = new KernelError('no-kernel-matches', message);
    await expect(placeInConfig('x', names, () => Promise.reject(error))).rejects.toBe(error);
  }
});

test('an error about names of both places does not name the file', async () => {
  const error = new KernelError(
    'no-kernel-matches',
    'the chosen suites have no kernel for clod, amd46',
  );
  await expect(placed(error)).rejects.toBe(error);
});

test.each([
  '"amd46" is not a Debian architecture',
  'no kernel of the chosen suites matches "6.{1,2}.*"',
  'the chosen suites have no kernel for cloud, amd46, arm64',
])('a whole name is found: %s', async (message) => {
  await expect(placed(new UsageError(message))).rejects.toMatchObject({
    where: { file: 'dkms-deb.yaml' },
  });
});
