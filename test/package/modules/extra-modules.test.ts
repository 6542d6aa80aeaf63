import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { parseSymvers } from '../../../src/kernel/symvers.ts';
import { extraModules } from '../../../src/package/modules/extra-modules.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { small } from '../../support/verify-fixture.ts';

const RELEASE = '6.8.0-31-generic';
const SYMVERS = parseSymvers(
  [
    '0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t',
    '0x00000002\tin_extra\tdrivers/net/mdio\tEXPORT_SYMBOL\t',
    '0x00000003\tin_plain\tdrivers/usb/core/usbcore\tEXPORT_SYMBOL\t\n',
  ].join('\n'),
);
const LISTS: Readonly<Record<string, string>> = {
  [`linux-modules-extra-${RELEASE}`]: `/lib/modules/${RELEASE}/kernel/drivers/net/mdio.ko.zst\n`,
  [`linux-modules-${RELEASE}`]: `/lib/modules/${RELEASE}/kernel/drivers/usb/core/usbcore.ko.zst\n`,
};

type Kernel = Pick<KernelHeaders, 'release' | 'family' | 'archive'>;

async function needs(
  imports: readonly string[],
  kernel: Partial<Kernel> = {},
  lists: Readonly<Record<string, string>> = LISTS,
) {
  return withTemporaryDirectory('extra', async (directory) => {
    const file = join(directory, 'hello.ko');
    await writeFile(file, small({ imports }));
    const headers = { release: RELEASE, family: 'ubuntu', ...kernel } as const;
    return extraModules(
      headers,
      [{ file }],
      async () => SYMVERS,
      async (name) => lists[name],
    );
  });
}

test('a symbol of a module in linux-modules-extra makes a dependency', async () => {
  expect(await needs(['printk', 'in_extra', 'in_plain'])).toEqual({
    dependency: `linux-modules-extra-${RELEASE}`,
    unknown: [],
  });
  expect(await needs(['printk', 'in_plain'])).toEqual({ dependency: undefined, unknown: [] });
});

test('where the packages are not installed, the modules are told and nothing is guessed', async () => {
  const unknown = { dependency: undefined, unknown: ['drivers/net/mdio'] };
  expect(await needs(['in_extra'], {}, {})).toEqual(unknown);
  const archive = { headers: '', toolchain: '' } as NonNullable<Kernel['archive']>;
  expect(await needs(['in_extra'], { archive })).toEqual(unknown);
});

test("other distributions' kernels have no such package", async () => {
  expect(await needs(['in_extra'], { family: 'debian' }, {})).toEqual({
    dependency: undefined,
    unknown: [],
  });
});
