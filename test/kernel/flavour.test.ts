import { expect, test } from 'vitest';
import { flavourFrom, flavourOf } from '../../src/kernel/flavour.ts';

test.each([
  ['6.1.0-56-amd64', 'amd64'],
  ['6.1.0-56-rt-amd64', 'rt-amd64'],
  ['6.12.117+deb12-amd64', 'amd64'],
  ['6.12.57+deb13.1-cloud-amd64', 'cloud-amd64'],
  ['6.1.0-0.deb11.13-686-pae', '686-pae'],
  ['6.12.9+deb13-686-pae', '686-pae'],
  ['6.10.11+bpo-arm64-16k', 'arm64-16k'],
  ['7.2-rc3-arm64', 'arm64'],
  ['6.8.0-138-generic', 'generic'],
  ['6.8.0-138-generic-64k', 'generic-64k'],
  ['6.12.25+rpt-rpi-v8', 'rpi-v8'],
  ['6.6.1', '6.6.1'],
])('%s: %s', (release, flavour) => {
  expect(flavourOf(release)).toBe(flavour);
});

const INSTALLED =
  `linux-headers-6.1.0-56-amd64\tlinux-headers-6.1.0-56-common (= 6.1.192-2), linux-kbuild-6.1 (>= 6.1.192-2)
linux-headers-6.12-amd64\tlinux-headers-6.12.117+deb12-amd64 (= 6.12.117-1~deb12u1)
linux-headers-6.12.117+deb12-amd64\tlinux-base (>= 4.12~), linux-headers-6.12.117+deb12-common (= 6.12.117-1~deb12u1)
linux-headers-amd64\tlinux-headers-6.1.0-56-amd64 (= 6.1.192-2)
linux-headers-longer-amd64\tlinux-headers-6.1.0-56-amd64 (= 6.1.192-2)
linux-headers-rt-amd64\tlinux-base-rt-amd64 (= 7.2.13-1), linux-headers-7.2.13+deb14-rt-amd64 (= 7.2.13-1)
linux-headers-7.2-rt-amd64\tlinux-base-rt-amd64 (= 7.2.13-1), linux-headers-7.2.13+deb14-rt-amd64 (= 7.2.13-1)
linux-headers-generic\t`
    .split('\n')
    .map((line) => line.split('\t'));

test.each([
  ['6.1.0-56-amd64', 'amd64'],
  ['6.12.117+deb12-amd64', '6.12-amd64'],
  ['6.1.0-55-amd64', 'amd64'],
  ['7.2.13+deb14-rt-amd64', 'rt-amd64'],
])('by the installed metapackages, %s: %s', (release, flavour) => {
  expect(flavourFrom(INSTALLED, release)).toBe(flavour);
});
