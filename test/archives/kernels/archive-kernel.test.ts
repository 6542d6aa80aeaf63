import { expect, test } from 'vitest';
import { kernelsOf } from '../../../src/archives/kernels/archive-kernel.ts';
import {
  type ArchivePackage,
  invalidProperty,
  readStanza,
} from '../../../src/archives/kernels/archive-package.ts';

/** The packages of one list, a stanza a line of fields: `name version architecture | depends`. */
function list(codename: string, text: string): ArchivePackage[] {
  const lines = text.trim().split('\n');
  return lines.flatMap((line, at) => {
    const [head = '', depends = '', synopsis = ''] = line.split('|').map((part) => part.trim());
    const [name, version, architecture] = head.split(/\s+/);
    const digest = at.toString(16).padStart(64, codename.charCodeAt(0).toString(16));
    const stanza = `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nDepends: ${depends}\nDescription: ${synopsis}\nSize: 100\nSHA256: ${digest}\nFilename: pool/${name}.deb`;
    const file = 'Packages';
    const origin = {
      suite: codename,
      origin: '',
      label: '',
      component: 'main',
      uri: '',
      inReleaseSha256: null,
      architecture: 'amd64',
    };
    return readStanza(stanza, { ...origin, file, codename }) ?? [];
  });
}

/** The kernels in short: release, flavour, compiler, parts. */
function told(packages: readonly ArchivePackage[], host = 'amd64') {
  return kernelsOf(packages, host).map(
    ({ release, architecture, flavour, compiler, parts, missing }) =>
      `${release} ${architecture} ${flavour} ${compiler} [${parts.map(({ name, architecture: of }) => `${name}:${of}`).join(' ')}]${missing.length > 0 ? ` without ${missing.join(' ')}` : ''}`,
  );
}

test('bookworm: the compiler stands in linux-compiler-*, linux-kbuild serves a whole series', () => {
  const packages = list(
    'bookworm',
    `linux-headers-amd64 6.1.192-2 amd64 | linux-headers-6.1.0-56-amd64 (= 6.1.192-2)
linux-headers-6.1.0-56-amd64 6.1.192-2 amd64 | linux-headers-6.1.0-56-common (= 6.1.192-2), linux-kbuild-6.1 (>= 6.1.192-2), linux-compiler-gcc-12-x86
linux-headers-6.1.0-56-common 6.1.192-2 all
linux-compiler-gcc-12-x86 6.1.192-2 amd64 | gcc-12
linux-kbuild-6.1 6.1.176-1 amd64 | libc6 (>= 2.34)
linux-kbuild-6.1 6.1.192-2 amd64 | libc6 (>= 2.34)`,
  );
  expect(told(packages)).toEqual([
    '6.1.0-56-amd64 amd64 amd64 gcc-12 [linux-headers-6.1.0-56-amd64:amd64 linux-headers-6.1.0-56-common:all linux-kbuild-6.1:amd64]',
  ]);
  const [kernel] = kernelsOf(packages, 'amd64');
  expect(kernel?.parts.at(-1)?.version).toBe('6.1.192-2');
  expect(kernel?.libc).toBe('2.34');
  expect(kernel?.size).toBe(300);
});

test('a metapackage with a version in its name is not a kernel, a kernel without one in its second part is', () => {
  expect(
    told(
      list(
        'experimental',
        `linux-headers-6.12-amd64 6.12.117-1 amd64 | linux-headers-6.12.117+deb12-amd64 (= 6.12.117-1)
linux-headers-6.12.117+deb12-amd64 6.12.117-1 amd64 | linux-headers-6.12.117+deb12-common (= 6.12.117-1), linux-kbuild-6.12.117+deb12, gcc-12
linux-headers-6.12.117+deb12-common 6.12.117-1 all
linux-kbuild-6.12.117+deb12 6.12.117-1 amd64
linux-headers-7.3-amd64 7.3~rc4-1 amd64 | gcc-16-for-host, linux-headers-7.3-common (= 7.3~rc4-1), linux-kbuild-7.3
linux-headers-7.3-common 7.3~rc4-1 all
linux-kbuild-7.3 7.3~rc4-1 amd64`,
      ),
    ),
  ).toEqual([
    '6.12.117+deb12-amd64 amd64 6.12-amd64 gcc-12 [linux-headers-6.12.117+deb12-amd64:amd64 linux-headers-6.12.117+deb12-common:all linux-kbuild-6.12.117+deb12:amd64]',
    '7.3-amd64 amd64 amd64 gcc-16 [linux-headers-7.3-amd64:amd64 linux-headers-7.3-common:all linux-kbuild-7.3:amd64]',
  ]);
});

test('7.x: metapackages depend on linux-base-*, too; linux-kbuild is that of this machine', () => {
  expect(
    told(
      list(
        'sid',
        `linux-headers-arm64 7.2.13-1 arm64 | linux-base-arm64 (= 7.2.13-1), linux-headers-7.2.13+deb14-arm64 (= 7.2.13-1)
linux-base-arm64 7.2.13-1 arm64 | linux-base-7.2.13+deb14-arm64
linux-headers-7.2.13+deb14-arm64 7.2.13-1 arm64 | gcc-16-for-host, linux-base (>= 4.12~), linux-base-7.2.13+deb14-arm64 (= 7.2.13-1), linux-headers-7.2.13+deb14-common (= 7.2.13-1), linux-kbuild-7.2.13+deb14
linux-base-7.2.13+deb14-arm64 7.2.13-1 arm64
linux-headers-7.2.13+deb14-common 7.2.13-1 all
linux-kbuild-7.2.13+deb14 7.2.13-1 arm64
linux-kbuild-7.2.13+deb14 7.2.13-1 amd64`,
      ),
    ),
  ).toEqual([
    '7.2.13+deb14-arm64 arm64 arm64 gcc-16 [linux-headers-7.2.13+deb14-arm64:arm64 linux-base-7.2.13+deb14-arm64:arm64 linux-headers-7.2.13+deb14-common:all linux-kbuild-7.2.13+deb14:amd64]',
  ]);
});

test('Ubuntu: a pair of packages; one release in two series is two kernels', () => {
  const text = (
    version: string,
  ) => `linux-headers-generic ${version} amd64 | linux-headers-6.8.0-52-generic
linux-headers-6.8.0-52-generic ${version} amd64 | linux-headers-6.8.0-52, libc6 (>= 2.38), libelf1t64 (>= 0.144)
linux-headers-6.8.0-52 ${version} all | coreutils
linux-headers-6.8.0-52-lowlatency ${version} amd64 | linux-headers-6.8.0-52, libc6 (>= 2.38)`;
  const both = [
    ...list('noble', text('6.8.0-52.53')),
    ...list('jammy', text('6.8.0-52.53~22.04.1')),
  ];
  expect(told(both.slice(0, 4))).toEqual([
    '6.8.0-52-generic amd64 generic undefined [linux-headers-6.8.0-52-generic:amd64 linux-headers-6.8.0-52:all]',
    '6.8.0-52-lowlatency amd64 lowlatency undefined [linux-headers-6.8.0-52-lowlatency:amd64 linux-headers-6.8.0-52:all]',
  ]);
  expect(kernelsOf(both, 'amd64')).toHaveLength(4);
});

test('Proxmox: new and old names', () => {
  expect(
    told(
      list(
        'trixie',
        `proxmox-default-headers 2.0.0 all | proxmox-headers-6.14
proxmox-headers-6.14 6.14.8-2 all | proxmox-headers-6.14.8-2-pve
proxmox-headers-6.14.8-2-pve 6.14.8-2 amd64 | coreutils | fileutils (>= 4.0)
pve-headers-5.15 5.15.158-2 all | pve-headers-5.15.158-2-pve
pve-headers-5.15.158-2-pve 5.15.158-2 amd64 | coreutils`,
      ),
    ),
  ).toEqual([
    '6.14.8-2-pve amd64 pve undefined [proxmox-headers-6.14.8-2-pve:amd64]',
    '5.15.158-2-pve amd64 pve undefined [pve-headers-5.15.158-2-pve:amd64]',
  ]);
});

test('Raspberry Pi OS: arm64 kernels, versions with an epoch', () => {
  expect(
    told(
      list(
        'bookworm',
        `linux-headers-rpi-v8 1:6.12.47-1+rpt1 arm64 | linux-headers-6.12.47+rpt-rpi-v8 (= 1:6.12.47-1+rpt1)
linux-headers-6.12.47+rpt-rpi-v8 1:6.12.47-1+rpt1 arm64 | linux-headers-6.12.47+rpt-common-rpi (= 1:6.12.47-1+rpt1), linux-kbuild-6.12.47+rpt, gcc-12
linux-headers-6.12.47+rpt-common-rpi 1:6.12.47-1+rpt1 all
linux-kbuild-6.12.47+rpt 1:6.12.47-1+rpt1 arm64`,
      ),
      'arm64',
    ),
  ).toEqual([
    '6.12.47+rpt-rpi-v8 arm64 rpi-v8 gcc-12 [linux-headers-6.12.47+rpt-rpi-v8:arm64 linux-headers-6.12.47+rpt-common-rpi:all linux-kbuild-6.12.47+rpt:arm64]',
  ]);
});

test('Armbian: the release stands in the description, or in no list', () => {
  expect(
    told(
      list(
        'bookworm',
        `linux-headers-current-rockchip64 24.11.1 arm64 | make, gcc | Linux kernel headers for 6.6.62-current-rockchip64 on arm64
linux-headers-edge-sunxi64 24.11.1 arm64 | make, gcc | Armbian Linux edge headers`,
      ),
      'arm64',
    ),
  ).toEqual([
    '6.6.62-current-rockchip64 arm64 current-rockchip64 undefined [linux-headers-current-rockchip64:arm64]',
    'undefined arm64 edge-sunxi64 undefined [linux-headers-edge-sunxi64:arm64]',
  ]);
});

test('clang: the relations name it', () => {
  expect(
    told(
      list(
        'xanmod',
        'linux-headers-6.18.1-x64v3-xanmod1 6.18.1-1 amd64 | clang-19, lld-19, llvm-19',
      ),
    ),
  ).toEqual([
    '6.18.1-x64v3-xanmod1 amd64 x64v3-xanmod1 clang-19 [linux-headers-6.18.1-x64v3-xanmod1:amd64]',
  ]);
});

test('a part that no list has is reported; the same package of two suites is one kernel', () => {
  const text = `linux-headers-6.12.9-amd64 6.12.9-1 amd64 | linux-headers-6.12.9-common (= 6.12.9-1), linux-kbuild-6.12.9, gcc-14
linux-headers-6.12.9-common 6.12.8-1 all`;
  expect(told(list('trixie', text))).toEqual([
    '6.12.9-amd64 amd64 amd64 gcc-14 [linux-headers-6.12.9-amd64:amd64] without linux-headers-6.12.9-common linux-kbuild-6.12.9',
  ]);
  const packages = list('trixie', text);
  const security = packages.map((one) => ({
    ...one,
    index: { ...one.index, codename: 'trixie-security', suite: 'trixie-security' },
  }));
  const kernels = kernelsOf([...packages, ...security], 'amd64');
  expect(kernels.map(({ suites, base }) => [suites, base])).toEqual([
    [['trixie', 'trixie-security'], 'trixie'],
  ]);
});

test('Ubuntu: an hwe kernel shares a package that is named after its source package', () => {
  expect(
    told(
      list(
        'noble',
        `linux-headers-generic-hwe-24.04 7.0.0-44.44~24.04.1 amd64 | linux-headers-7.0.0-44-generic
linux-headers-oem-24.04 7.0.0-44.44~24.04.1 amd64 | linux-headers-7.0.0-44-generic
linux-headers-7.0.0-44-generic 7.0.0-44.44~24.04.1 amd64 | linux-hwe-7.0-headers-7.0.0-44, libc6 (>= 2.38)
linux-hwe-7.0-headers-7.0.0-44 7.0.0-44.44~24.04.1 all | coreutils`,
      ),
    ),
  ).toEqual([
    '7.0.0-44-generic amd64 generic-hwe-24.04 undefined [linux-headers-7.0.0-44-generic:amd64 linux-hwe-7.0-headers-7.0.0-44:all]',
  ]);
});

test.each([
  ['name', 'linux-headers-6.1;x'],
  ['version', '1 --option'],
  ['version', '-o'],
  ['architecture', '../../etc'],
  ['source', '../x'],
  ['sha256', '../../../etc/passwd'],
  ['sha256', ''],
  ['size', Number.NaN],
] as const)('a package whose %s is %j is not valid', (property, value) => {
  const [one] = list('x', 'linux-headers-6.1-amd64 6.1-1 amd64');
  expect(one && invalidProperty(one)).toBeUndefined();
  expect(invalidProperty({ ...one, [property]: value } as ArchivePackage)).toBe(property);
});
