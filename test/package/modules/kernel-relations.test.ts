import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../src/debian/version.ts';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import {
  checkKernelVersion,
  imageDependency,
  kernelVersionPart,
  modulesVersion,
  splitModulesVersion,
} from '../../../src/package/modules/kernel-relations.ts';
import { checkMetaKind } from '../../../src/package/modules/meta-package.ts';

const CRCS = parseKernelConfig('CONFIG_MODVERSIONS=y\n');
const NO_CRCS = parseKernelConfig('CONFIG_MODULES=y\n');

test.each([
  // Debian's signed and unsigned images conflict, and neither provides the other.
  [
    { release: '6.1.0-56-amd64', config: CRCS, packageVersion: '6.1.192-2' },
    'linux-image-6.1.0-56-amd64 | linux-image-6.1.0-56-amd64-unsigned',
  ],
  // Without MODVERSIONS only the exact build of the kernel is safe.
  [
    { release: '7.2.13+deb14-amd64', config: NO_CRCS, packageVersion: '7.2.13-1' },
    'linux-image-7.2.13+deb14-amd64 (= 7.2.13-1) | linux-image-7.2.13+deb14-amd64-unsigned (= 7.2.13-1)',
  ],
  [
    { release: '6.8.0-45-generic', config: CRCS, packageVersion: undefined },
    'linux-image-6.8.0-45-generic | linux-image-unsigned-6.8.0-45-generic',
  ],
  [
    { release: '6.8.12-4-pve', config: CRCS, packageVersion: undefined },
    'proxmox-kernel-6.8.12-4-pve | proxmox-kernel-6.8.12-4-pve-signed',
  ],
  // Two series have kernels of one release that disagree about their symbols.
  [
    { release: '6.8.0-45-generic', config: CRCS, packageVersion: '6.8.0-45.45' },
    'linux-image-6.8.0-45-generic (= 6.8.0-45.45) | linux-image-unsigned-6.8.0-45-generic (= 6.8.0-45.45)',
  ],
  [
    {
      release: '6.8.0-1015-new',
      config: CRCS,
      packageVersion: '6.8.0-1015.17',
      family: 'ubuntu' as const,
    },
    'linux-image-6.8.0-1015-new (= 6.8.0-1015.17) | linux-image-unsigned-6.8.0-1015-new (= 6.8.0-1015.17)',
  ],
  // Old Proxmox: the name of the headers package tells, because both names were used for 6.2.
  [
    {
      release: '6.2.16-3-pve',
      config: CRCS,
      packageVersion: '6.2.16-3',
      headersPackage: 'pve-headers-6.2.16-3-pve',
    },
    'pve-kernel-6.2.16-3-pve',
  ],
  [
    {
      release: '6.2.16-20-pve',
      config: CRCS,
      packageVersion: '6.2.16-20',
      headersPackage: 'proxmox-headers-6.2.16-20-pve',
    },
    'proxmox-kernel-6.2.16-20-pve | proxmox-kernel-6.2.16-20-pve-signed',
  ],
  [
    { release: '5.15.158-2-pve', config: CRCS, packageVersion: undefined },
    'pve-kernel-5.15.158-2-pve',
  ],
  // Raspberry Pi OS, XanMod and Liquorix have one image for each kernel.
  [
    { release: '6.12.47+rpt-rpi-v8', config: CRCS, packageVersion: '1:6.12.47-1+rpt1' },
    'linux-image-6.12.47+rpt-rpi-v8',
  ],
  [
    { release: '6.18.1-x64v3-xanmod1', config: NO_CRCS, packageVersion: '6.18.1-x64v3-xanmod1-0' },
    'linux-image-6.18.1-x64v3-xanmod1 (= 6.18.1-x64v3-xanmod1-0)',
  ],
  // A name that stays the same for all releases says nothing without a version.
  [
    { release: '6.6.62-current-rockchip64', config: CRCS, packageVersion: '24.11.1' },
    'linux-image-current-rockchip64 (= 24.11.1)',
  ],
  [
    {
      release: '6.6.62-mine',
      config: CRCS,
      packageVersion: '24.11.1',
      headersPackage: 'linux-headers-edge-mine',
    },
    'linux-image-edge-mine (= 24.11.1)',
  ],
  [
    { release: '6.1.21-v8+', config: CRCS, packageVersion: '1:1.20230405-1' },
    'raspberrypi-kernel (= 1:1.20230405-1)',
  ],
  // Headers of no package: no version to depend on.
  [
    { release: '7.0.0-own', config: NO_CRCS, packageVersion: undefined },
    'linux-image-7.0.0-own | linux-image-7.0.0-own-unsigned',
  ],
])('$0.release depends on its image', (headers, dependency) => {
  expect(imageDependency(headers)).toBe(dependency);
});

test.each([
  ['6.1.192-2', '+6.1.192-2'],
  ['1:6.1-3', '+6.1-3'],
  [undefined, ''],
])('kernel package version %s', (version, part) => {
  expect(kernelVersionPart(version)).toBe(part);
});

describe('the version of a package of modules', () => {
  test.each([
    ['1.0-1+6.1.192-2', { version: '1.0-1', kernelVersion: '6.1.192-2' }],
    ['1.0-1+6.1.192-2+b2', { version: '1.0-1', kernelVersion: '6.1.192-2', rebuild: 2 }],
    ['1.0-1+b1+6.1.192-2', { version: '1.0-1+b1', kernelVersion: '6.1.192-2' }],
    ['1.0-1+6.1.192-2+b1', { version: '1.0-1', kernelVersion: '6.1.192-2+b1' }],
    ['1.0-1', { version: '1.0-1', kernelVersion: undefined }],
  ])('%s is split and put together again', (whole, parts) => {
    expect(splitModulesVersion(whole, parts.kernelVersion ?? '')).toEqual(parts);
    expect(modulesVersion(parts)).toBe(whole);
  });

  test('the version of another kernel is not split off', () => {
    expect(splitModulesVersion('1.0-1+6.1.192-2+b1', '6.12.9-1')).toEqual({
      version: '1.0-1+6.1.192-2+b1',
      kernelVersion: undefined,
    });
  });

  test('each build again is newer than the one before, and older than the next kernel', () => {
    const of = (kernelVersion: string, rebuild?: number) =>
      modulesVersion({ version: '1.0-1', kernelVersion, rebuild });
    const versions = [of('6.1.192-2'), of('6.1.192-2', 1), of('6.1.192-2', 10), of('6.1.192-3')];
    expect([...versions].sort(compareVersions)).toEqual(versions);
  });
});

test('--kernel-dep decides otherwise', () => {
  const crcs = { release: '6.1.0-1-amd64', config: CRCS, packageVersion: '6.1.1-1' };
  const none = { ...crcs, config: NO_CRCS };
  expect(imageDependency(crcs, 'exact')).toMatch(
    /^linux-image-6\.1\.0-1-amd64 \(= 6\.1\.1-1\) \| /,
  );
  expect(imageDependency(none, 'name')).toBe(imageDependency(crcs));
  expect(imageDependency(none, 'none')).toBeUndefined();
  expect(imageDependency(none, 'exact', 'raspberrypi-kernel')).toBe(
    'raspberrypi-kernel (= 6.1.1-1)',
  );
});

test("--meta lockstep is for Debian's kernels only, told by what the headers say", () => {
  expect(() => checkMetaKind('lockstep', { release: '6.1.0-56-amd64' })).not.toThrow();
  expect(() => checkMetaKind('loose', { release: '6.8.0-45-generic' })).not.toThrow();
  expect(() => checkMetaKind('lockstep', { release: '6.8.0-45-generic' })).toThrow(/not possible/);
  const kernel = { release: '6.8.0-1015-new', family: 'ubuntu' as const };
  expect(() => checkMetaKind('lockstep', kernel)).toThrow(/not possible/);
});

test('bug: --kernel-dep exact without a known version was ignored, and so was no MODVERSIONS', () => {
  const warnings: string[] = [];
  const reporter = { warn: (message: string) => warnings.push(message) };
  const check = (config: typeof CRCS, wish?: 'exact' | 'name', packageVersion?: string) => {
    const headers = { release: '6.1.0-1-own', directory: '/headers', config, packageVersion };
    checkKernelVersion(headers, wish, reporter);
    return warnings.splice(0);
  };
  expect(() => check(CRCS, 'exact')).toThrow(/package version of kernel 6\.1\.0-1-own is unknown/);
  expect(check(NO_CRCS)).toEqual([
    expect.stringMatching(/^the package version of kernel 6\.1\.0-1-own is unknown, so /),
  ]);
  expect(check(CRCS)).toEqual([]);
  expect(check(NO_CRCS, 'name')).toEqual([]);
  expect(check(NO_CRCS, undefined, '6.1.1-1')).toEqual([]);
  expect(check(CRCS, 'exact', '6.1.1-1')).toEqual([]);
});
