import { expect, test } from 'vitest';
import { formatSymvers, parseSymvers, readKernelExports } from '../../src/kernel/symvers.ts';

const TEXT = [
  '0x2\tbeta\tdrivers/net/b\tEXPORT_SYMBOL\tNS\n',
  '0x00000000\tzeta\tvmlinux\tEXPORT_SYMBOL_GPL\t\n',
];

test('CRC, owner, licence and namespace', () => {
  const table = [
    ...parseSymvers(`broken line\n${TEXT.join('')}\t\t\n0x1\tx\t\tEXPORT_SYMBOL\n0x1\t\tvmlinux\n`),
  ];
  const fields = table.map(([name, { crc, owner, gplOnly, namespace }]) => [
    name,
    { crc, owner, gplOnly, namespace },
  ]);
  expect(fields).toEqual([
    ['beta', { crc: '0x2', owner: 'drivers/net/b', gplOnly: false, namespace: 'NS' }],
    ['zeta', { crc: '0x00000000', owner: 'vmlinux', gplOnly: true, namespace: undefined }],
  ]);
});

test('formatSymvers writes what parseSymvers reads, sorted by symbol', () => {
  expect(formatSymvers(parseSymvers(TEXT.toReversed().join('')))).toBe(TEXT.join(''));
});

test('headers without Module.symvers export nothing', async () => {
  expect((await readKernelExports('/nonexistent')).size).toBe(0);
});
