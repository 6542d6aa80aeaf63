import { describe, expect, test } from 'vitest';
import { installedReleases, type KernelHeaders } from '../../src/kernel/headers.ts';
import {
  headersOf,
  type KernelChoice,
  type KernelWishes,
  selectKernels,
} from '../../src/kernel/select.ts';

const installed = await installedReleases();

const releases = async (patterns: readonly string[], more: Partial<KernelWishes> = {}) =>
  (await selectKernels({ patterns, all: false, ...more })).map(({ release }) => release);

const unpacked = (release: string, architecture = 'amd64'): KernelHeaders => ({
  release,
  directory: `/unpacked/${architecture}/usr/src/linux-headers-${release}`,
  configFile: undefined,
  config: new Map(),
  architecture,
  machine: architecture === 'amd64' ? 'x86_64' : 'aarch64',
  moduleDirectory: '/lib/modules',
  packageVersion: undefined,
  root: `/unpacked/${architecture}`,
});

describe('installed headers', () => {
  test('exact releases are returned unchanged, each once, in order', async () => {
    expect(await releases(['9.9-b', '9.9-a', '9.9-b'])).toEqual(['9.9-b', '9.9-a']);
  });

  test('a pattern without a match gives exit status 21', async () => {
    await expect(releases(['no-such-*'])).rejects.toMatchObject({
      code: 'no-kernel-matches',
      exitStatus: 21,
    });
  });

  test('bug: a pattern without a match also stopped the build for other kernels', async () => {
    const wishes = { patterns: ['9.9-a', 'no-such-*/x86_64'], all: false };
    const [first, second] = await selectKernels(wishes);
    expect(first).toMatchObject({ release: '9.9-a' });
    expect(second).toMatchObject({ release: 'no-such-*', machine: 'x86_64' });
    await expect(headersOf(second as KernelChoice)).rejects.toMatchObject({
      code: 'no-kernel-matches',
      exitStatus: 21,
    });
  });

  test('a pattern with an open bracket gives exit status 2', async () => {
    await expect(releases(['[6'])).rejects.toMatchObject({ exitStatus: 2 });
  });

  test('no kernel gives exit status 2', async () => {
    await expect(releases([])).rejects.toMatchObject({ code: 'usage', exitStatus: 2 });
  });

  test.runIf(installed.length > 0)('--all and patterns', async () => {
    expect(await releases([], { all: true })).toEqual(installed);
    expect(await releases(['*'])).toEqual(installed);
    const [first = ''] = installed;
    expect(await releases([`${first.slice(0, -1)}?`, first, '9.9-x'])).toEqual(
      expect.arrayContaining([first, '9.9-x']),
    );
  });
});

describe('unpacked headers', () => {
  const both = [unpacked('6.1-a'), unpacked('6.2-a'), unpacked('6.2-a', 'arm64')];

  test('all of them are selected if no kernel is given', async () => {
    expect(await releases([], { unpacked: both })).toEqual(['6.1-a', '6.2-a', '6.2-a']);
    expect(await releases([], { unpacked: both, all: true })).toHaveLength(3);
  });

  test('patterns select among them, an exact release may be an installed one', async () => {
    expect(await releases(['6.1*'], { unpacked: both })).toEqual(['6.1-a']);
    await expect(releases(['9*'], { unpacked: both })).rejects.toMatchObject({
      hint: 'Choose one of the kernels with headers: 6.1-a, 6.2-a, 6.2-a',
    });
    const [choice] = await selectKernels({ patterns: ['9.9'], all: false, unpacked: both });
    expect(choice).toEqual({ release: '9.9', machine: undefined, headers: undefined });
    const [misspelt] = await selectKernels({ patterns: ['6.1-b'], all: false, unpacked: both });
    expect(misspelt?.similar).toBe('6.1-a');
    if (misspelt === undefined) throw new Error('nothing is chosen');
    await expect(headersOf(misspelt)).rejects.toMatchObject({
      code: 'no-headers',
      hint: expect.stringMatching(/^Did you mean 6\.1-a\? Install the linux-headers-6\.1-b /),
    });
  });

  test.each([
    ['6.2-a', 2, undefined],
    ['6.2-a/aarch64', 1, 'aarch64'],
    ['6.2*/arm64', 1, 'arm64'],
    ['*/x86_64', 2, 'x86_64'],
  ])('-k %s chooses %i', async (pattern, count, machine) => {
    const chosen = await selectKernels({ patterns: [pattern], all: false, unpacked: both });
    expect(chosen).toHaveLength(count);
    for (const choice of chosen) expect(choice.machine).toBe(machine);
  });

  test('the same kernel in two directories gives exit status 2', async () => {
    const twins = [unpacked('6.1-a'), { ...unpacked('6.1-a'), directory: '/elsewhere' }];
    await expect(releases([], { unpacked: twins })).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringContaining('/elsewhere'),
    });
  });
});

describe('-k RELEASE/ARCH, as DKMS had it', () => {
  const choose = async (pattern: string, architecture: string) => {
    const wishes = { all: false, unpacked: [unpacked('6.1', architecture)] };
    const [choice] = await selectKernels({ patterns: [pattern], ...wishes });
    return headersOf(choice ?? { release: '', machine: undefined, headers: undefined });
  };

  test.each([
    ['6.1/x86_64', 'amd64', 'x86_64'],
    ['6.1/amd64', 'amd64', 'x86_64'],
    ['6.1/arm64', 'arm64', 'aarch64'],
  ])('%s for %s: $arch is %s', async (pattern, architecture, machine) => {
    expect(await choose(pattern, architecture)).toMatchObject({ architecture, machine });
  });

  test('dkms.conf sees the given variant of the architecture', async () => {
    const i386 = { ...unpacked('6.1', 'i386'), machine: 'i686' };
    const choice = { release: '6.1', headers: i386 };
    expect(await headersOf({ ...choice, machine: 'i586' })).toMatchObject({ machine: 'i586' });
    expect(await headersOf({ ...choice, machine: 'i386' })).toMatchObject({ machine: 'i686' });
  });

  test('another architecture gives exit status 21 and a hint', async () => {
    await expect(choose('6.1/aarch64', 'amd64')).rejects.toMatchObject({
      code: 'wrong-architecture',
      exitStatus: 21,
      message: 'the headers of kernel 6.1 are for x86_64, not for aarch64',
      hint: expect.stringContaining('arm64'),
    });
  });

  test.each(['6.1/', '6.1/pdp11', '6.1/x86_64/x', '/x86_65'])('%s: 2', async (pattern) => {
    await expect(releases([pattern])).rejects.toMatchObject({ code: 'usage', exitStatus: 2 });
  });
});
