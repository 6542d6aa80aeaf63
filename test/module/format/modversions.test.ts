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

test("bug: Ubuntu's kernels of 23.10 to 24.10 have records of different sizes", async () => {
  // hello.ko for 6.8.0-151-generic, as Ubuntu's modpost wrote it: ____versions of hello.mod.c.
  const records = [
    ['10000000', '7e3a2c12', '_printk\0'],
    ['1c000000', 'ca39825b', '__x86_return_thunk\0\0'],
    ['1c000000', '624133d6', 'kernel_param_lock\0\0\0'],
    ['20000000', '3fbc5ba0', 'proc_create_single_data\0'],
    ['18000000', '489c6559', 'module_layout\0\0\0'],
  ] as const;
  const end = Buffer.alloc(9);
  const content = Buffer.concat([
    ...records.map(([size, crc, name]) =>
      Buffer.concat([Buffer.from(size + crc, 'hex'), Buffer.from(name)]),
    ),
    end,
  ]);
  const more = [{ name: '__versions', content }];
  const { elf } = await readModuleFacts('x.ko', small({ without: '__versions', more }));
  expect([...(elf?.versions ?? [])]).toEqual([
    ['_printk', '0x122c3a7e'],
    ['__x86_return_thunk', '0x5b8239ca'],
    ['kernel_param_lock', '0xd6334162'],
    ['proc_create_single_data', '0xa05bbc3f'],
    ['module_layout', '0x59659c48'],
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
