import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Target } from '../../../src/pipelines/bmdeb/build-kernel.ts';
import { aptCommand, checkCanInstall } from '../../../src/pipelines/install/apt-command.ts';
import {
  chosenKernels,
  type InstallChoice,
} from '../../../src/pipelines/install/install-choice.ts';
import { readSimulation } from '../../../src/pipelines/install/install-debs.ts';
import { refuseOtherKernels } from '../../../src/pipelines/install/install-modules.ts';
import { shellLine } from '../../../src/system/text/shell-word.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const choice = (more: Partial<InstallChoice> = {}): InstallChoice => ({
  mode: 'install',
  kernels: undefined,
  attended: false,
  ...more,
});

describe('the command that installs', () => {
  test.each([
    [0, { attended: true }, 'apt-get install --reinstall /a.deb'],
    [0, {}, 'apt-get install --yes --reinstall /a.deb'],
    [1000, { attended: true }, 'sudo apt-get install --reinstall /a.deb'],
    [1000, {}, 'sudo -n apt-get install --yes --reinstall /a.deb'],
    [1000, { mode: 'try' }, 'apt-get install --simulate --reinstall /a.deb'],
  ] as const)('user %i, %j', (user, more, expected) => {
    vi.spyOn(process, 'getuid').mockReturnValue(user);
    expect(shellLine(aptCommand(['/a.deb'], choice(more)))).toBe(expected);
  });

  test('a path with blanks is one word for a shell', () => {
    expect(shellLine(aptCommand(['/a b/c.deb'], choice({ mode: 'try' })))).toMatch(
      / '\/a b\/c.deb'$/,
    );
  });

  test.each([
    ['install', /^there is no apt-get/],
    ['try', /^there is no apt-get/],
  ] as const)('%s without apt-get is refused before anything is built', (mode, message) => {
    vi.stubEnv('PATH', '/nowhere:/usr/sbin');
    expect(() => checkCanInstall(choice({ mode }))).toThrow(message);
  });
});

test('the simulation of apt-get is read: new, upgraded, removed', () => {
  const output = `NOTE: This is only a simulation!
Inst dkms (3.2.2-1 Debian:13/stable [all])
Inst hello-dkms [0.9] (1.0 local-deb [all])
Remv old-dkms [2.0]
Conf dkms (3.2.2-1 Debian:13/stable [all])
`;
  expect(readSimulation(output)).toEqual({
    installs: ['dkms 3.2.2-1', 'hello-dkms 1.0'],
    removes: ['old-dkms 2.0'],
  });
});

describe('the kernels whose modules are installed', () => {
  test('a glob', () => {
    const { matches } = chosenKernels({ kernels: '6.1.*' });
    expect(['6.1.0-1-amd64', '6.12.0-1-amd64'].filter(matches)).toEqual(['6.1.0-1-amd64']);
  });

  test('none of those that are built', () => {
    const targets = (release: string): Target[] => [
      { kernel: { release } as Target['kernel'], headers: undefined },
    ];
    expect(() => refuseOtherKernels(targets('6.1.0-1-amd64'), choice({ kernels: '5.*' }))).toThrow(
      'no modules are built for kernel 5.*, so none can be installed',
    );
    expect(() => refuseOtherKernels(targets('0.0-nobody-runs-it'), choice())).toThrow(
      'which runs here',
    );
    refuseOtherKernels(targets('6.1.0-1-amd64'), choice({ kernels: '6*' }));
  });
});
