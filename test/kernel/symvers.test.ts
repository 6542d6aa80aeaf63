import { expect, test } from 'vitest';
import { parseSymvers, readSymvers } from '../../src/kernel/symvers.ts';

test('Module.symvers', () => {
  const text = [
    '0x1234abcd\tprintk\tvmlinux\tEXPORT_SYMBOL\t',
    '0x00000000\tduo_ring\t/build/core/duo_core\tEXPORT_SYMBOL_GPL\tDUO',
    '0x1\tof_old_kernels\tdrivers/x\tEXPORT_SYMBOL',
    'rubbish',
    '',
  ].join('\n');
  expect([...parseSymvers(text)]).toEqual([
    ['printk', { crc: '0x1234abcd', owner: 'vmlinux' }],
    ['duo_ring', { crc: '0x00000000', owner: '/build/core/duo_core' }],
    ['of_old_kernels', { crc: '0x1', owner: 'drivers/x' }],
  ]);
});

test('no file, no symbols', async () => {
  expect((await readSymvers('/nonexistent/Module.symvers')).size).toBe(0);
});
