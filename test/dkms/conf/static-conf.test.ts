import { expect, test } from 'vitest';
import { readStaticConf } from '../../../src/dkms/conf/static-conf.ts';

test('the last value of a directive counts, also an empty one', () => {
  const text = 'MAKE="make a"\nMAKE=""\nCLEAN="a"\nCLEAN="b"\nPOST_ADD=""\n';
  const { conf, complete } = readStaticConf('dkms.conf', text);
  expect(conf.values.get('MAKE')?.get(0)).toBeUndefined();
  expect(conf.values.get('CLEAN')?.get(0)).toBe('b');
  expect(conf.values.get('POST_ADD')?.get(0)).toBeUndefined();
  expect(complete).toBe(true);
});

test('a value that only bash can find out is unknown', () => {
  const { unknown, complete } = readStaticConf('dkms.conf', 'MAKE="$(x)"\nCLEAN=$kernelver\n');
  expect([...unknown]).toEqual(['MAKE', 'CLEAN']);
  expect(complete).toBe(false);
});
