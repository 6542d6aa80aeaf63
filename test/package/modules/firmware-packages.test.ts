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
  expect(firmwarePackages(wanted)).toEqual({
    packages: ['firmware-atheros', 'firmware-realtek'],
    unknown: ['# Which', 'ath10k/QCA988X/hw2.0/other.bin', 'rtl_nic/rtl9999-1.fw'],
  });
  expect(firmwarePackages([])).toEqual({ packages: [], unknown: [] });
});

test('a file of the directory itself is found by its name', () => {
  expect(firmwarePackages(['iwlwifi-7260-17.ucode']).packages).toEqual(['firmware-iwlwifi']);
});
