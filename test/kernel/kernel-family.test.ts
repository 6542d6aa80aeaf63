import { expect, test } from 'vitest';
import { parseKernelConfig } from '../../src/kernel/config.ts';
import { installedReleases, readHeaders } from '../../src/kernel/headers.ts';
import { familyOfRelease, kernelFamilyOf } from '../../src/kernel/kernel-family.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { writeFiles } from '../support/fake-kernel.ts';

const SIGNATURE = 'CONFIG_VERSION_SIGNATURE="Ubuntu 6.8.0-1015.17-ibm 6.8.12"\n';
const COMPILER =
  'CONFIG_CC_VERSION_TEXT="x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0"\n';
const GENERATED = 'include/generated';

async function familyOf(
  release: string,
  { uts, file = 'utsversion.h', config = '', sourcePackage }: Partial<Kernel>,
): Promise<string> {
  return withTemporaryDirectory('family', async (directory) => {
    const text = `#define UTS_VERSION "${uts}"\n`;
    await writeFiles(directory, uts === undefined ? {} : { [`${GENERATED}/${file}`]: text });
    const kernel = { release, config: parseKernelConfig(config), sourcePackage };
    return kernelFamilyOf(directory, kernel);
  });
}

interface Kernel {
  readonly uts: string;
  readonly file: string;
  readonly config: string;
  readonly sourcePackage: string;
}

test.each<[string, string, Partial<Kernel>]>([
  ['ubuntu', '6.8.0-1015-new', { uts: '#17-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 2024' }],
  ['ubuntu', '5.15.0-1015-new', { uts: '#17~20.04.1-Ubuntu SMP Fri Aug 30', file: 'compile.h' }],
  ['ubuntu', '6.8.0-1015-new', { config: SIGNATURE }],
  ['ubuntu', '6.8.0-1015-new', { config: COMPILER }],
  ['ubuntu', '6.8.0-1015-new', { sourcePackage: 'linux-hwe-6.8' }],
  ['ubuntu', '6.8.0-1015-new', { sourcePackage: 'linux-ibm' }],
  // Debian's, whatever it is called.
  ['debian', '6.1.0-1-generic', { uts: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)' }],
  ['debian', '6.1.0-1-amd64', { sourcePackage: 'linux' }],
  ['debian', '6.12.1-amd64', { sourcePackage: 'linux-6.12' }],
  // Somebody's own, made on Ubuntu.
  ['debian', '6.9.0-own', { uts: '#1 SMP Fri Aug 30 12:02:04 UTC 2024', config: COMPILER }],
  // Made from Ubuntu's source.
  ['proxmox', '6.8.12-4-pve', { config: SIGNATURE }],
])('%s: %s %o', async (family, release, kernel) => {
  expect(await familyOf(release, kernel)).toBe(family);
});

test.each([
  'generic',
  'generic-64k',
  'lowlatency',
  'aws',
  'azure',
  'azure-fde',
  'gcp',
  'gke',
  'gkeop',
  'ibm',
  'intel-iotg',
  'kvm',
  'nvidia',
  'nvidia-64k',
  'oem',
  'oracle',
  'raspi',
  'realtime',
])('without headers the flavour decides: %s is Ubuntu', (flavour) => {
  expect(familyOfRelease(`6.8.0-1015-${flavour}`)).toBe('ubuntu');
});

test.each(['amd64', 'rt-amd64', 'cloud-amd64', 'arm64-16k', '686-pae'])(
  '%s is Debian',
  (flavour) => {
    expect(familyOfRelease(`6.1.0-56-${flavour}`)).toBe('debian');
  },
);

test('the kernels of this machine are Debian', async () => {
  for (const release of await installedReleases()) {
    expect((await readHeaders(release)).family).toBe('debian');
  }
});
