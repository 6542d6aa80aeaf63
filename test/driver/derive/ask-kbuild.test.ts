import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askKbuild } from '../../../src/driver/derive/ask-kbuild.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

test.each([
  ['x86_64', 'x86'],
  ['i686', 'x86'],
  ['aarch64', 'arm64'],
  ['armv7l', 'arm'],
  ['ppc64le', 'powerpc'],
  ['ppc64', 'powerpc'],
  ['s390x', 's390'],
  ['riscv64', 'riscv'],
  ['loongarch64', 'loongarch'],
  ['mips64', 'mips'],
])(
  'makefiles are asked for a machine of uname -m by the kernel’s name of it: %s',
  async (machine, name) => {
    await withTemporaryDirectory('test', async (tree) => {
      await writeFile(join(tree, 'Makefile'), 'obj-m += for-$(ARCH).o\n');
      const modules = await askKbuild(tree, { ...referenceKernel(), machine });
      expect(modules).toEqual([{ name: `for-${name}`, folder: '' }]);
    });
  },
);
