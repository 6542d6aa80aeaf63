import { expect, test } from 'vitest';
import { firmwarePackages } from '../../../src/package/modules/firmware-packages.ts';

test('firmware files lead to the packages of Debian that have exactly these files', () => {
  const wanted = [
    'rtl_nic/rtl8168g-2.fw',
    'rtl_nic/rtl8168g-3.fw',
    'ath10k/QCA988X/hw2.0/board.bin',
    'ath10k/QCA988X/hw2.0/other.bin',
    'rtl_nic/rtl9999-1.fw',
    '# Which',
  ];
  expect(firmwarePackages(wanted, 'debian')).toEqual({
    packages: ['firmware-atheros', 'firmware-realtek'],
    unknown: ['# Which', 'ath10k/QCA988X/hw2.0/other.bin', 'rtl_nic/rtl9999-1.fw'],
  });
  expect(firmwarePackages([], 'debian')).toEqual({ packages: [], unknown: [] });
});

test('a file of the directory itself is found by its name', () => {
  expect(firmwarePackages(['iwlwifi-7260-17.ucode'], 'debian').packages).toEqual([
    'firmware-iwlwifi',
  ]);
});

test.each(['ubuntu', 'proxmox', undefined] as const)(
  'for a kernel of %s, no package is known',
  (family) => {
    const names = ['rtl_nic/rtl8168g-2.fw', 'a', 'a'];
    expect(firmwarePackages(names, family)).toEqual({
      packages: [],
      unknown: ['a', 'rtl_nic/rtl8168g-2.fw'],
    });
  },
);
