import { expect, test } from 'vitest';
import { parseSymvers } from '../../../src/kernel/symvers.ts';
import { readModuleFacts } from '../../../src/module/format/module-facts.ts';
import { kernelAbi } from '../../../src/module/format/modversions.ts';
import { INFO, SYMVERS, small } from '../../support/verify-fixture.ts';

test('CRCs of Linux 6.13 and later, long names too', async () => {
  const long = 'a_name_that_has_more_than_the_56_characters_of_a_modversion_record';
  const crcs = Buffer.from('2222222277777777', 'hex');
  const more = [
    { name: '__version_ext_crcs', content: crcs },
    { name: '__version_ext_names', content: `printk\0${long}\0` },
  ];
  const { elf } = await readModuleFacts('x.ko', small({ without: '__versions', more }));
  expect([...(elf?.versions ?? [])]).toEqual([
    ['printk', '0x22222222'],
    [long, '0x77777777'],
  ]);
});

test('Kernel-Abi: the imports, sorted, and the vermagic', () => {
  const symvers = parseSymvers(SYMVERS);
  const abi = kernelAbi(['printk', 'gpl_thing'], INFO.vermagic, symvers);
  // printf 'gpl_thing 0x33333333\nprintk 0x22222222\n6.1.0-1-amd64 SMP preempt mod_unload modversions\n' | sha256sum
  expect(abi).toBe('sha256:dd0dc6511ea92ad8f7376fcd86ce0a3729fb76b9f503fa1295bdab1dc3366247');
  expect(kernelAbi(['gpl_thing', 'printk', 'printk'], INFO.vermagic, symvers)).toBe(abi);
  expect(kernelAbi(['printk'], INFO.vermagic, symvers)).not.toBe(abi);
});
