import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintTree } from '../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { CLEAN_TREE, confWith, writeTree } from '../support/lint-a-tree.ts';

const GOES = '\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules\n';

describe('MAKE that builds for the running kernel is found', () => {
  test.concurrent.each<[string, boolean, string, Readonly<Record<string, string>>]>([
    [
      'the makefile decides',
      true,
      'make',
      { Makefile: `KDIR ?= /lib/modules/$(shell uname -r)/build\nall:${GOES}` },
    ],
    [
      'in quotes',
      true,
      "'make' all",
      { Makefile: `KDIR ?= /lib/modules/$(shell uname -r)/build\nall:${GOES}` },
    ],
    [
      'MAKE decides',
      false,
      'make KDIR=$kernel_source_dir',
      { Makefile: `KDIR ?= /lib/modules/$(shell uname -r)/build\nall:${GOES}` },
    ],
    [
      'MAKE decides for nobody',
      true,
      'make KDIR=$kernel_source_dir',
      { Makefile: `all:${GOES.replace('$(KDIR)', '/lib/modules/$(shell uname -r)/build')}` },
    ],
    [
      'the environment decides',
      false,
      'KDIR=$kernel_source_dir make',
      { Makefile: `KDIR ?= /lib/modules/$(shell uname -r)/build\nall:${GOES}` },
    ],
    [
      'the environment does not',
      true,
      'KDIR=$kernel_source_dir make',
      { Makefile: `KDIR = /lib/modules/$(shell uname -r)/build\nall:${GOES}` },
    ],
    [
      'KERNELRELEASE decides',
      false,
      'make',
      {
        Makefile: `KERNELRELEASE ?= $(shell uname -r)\nKDIR = /lib/modules/$(KERNELRELEASE)/build\nall:${GOES}`,
      },
    ],
    [
      'a folder below',
      true,
      'make KDIR=$kernel_source_dir all',
      {
        Makefile: 'all:\n\t$(MAKE) -C src KDIR=/lib/modules/$(shell uname -r)/build\n',
        'src/Makefile': `all:${GOES}`,
      },
    ],
    [
      'only for install',
      false,
      'make KDIR=$kernel_source_dir',
      {
        Makefile: `all:${GOES}install:\n\t$(MAKE) -C /lib/modules/$(shell uname -r)/build modules_install\n`,
      },
    ],
    [
      'only told',
      false,
      'make KDIR=$kernel_source_dir',
      {
        Makefile: `all:\n\t@echo this is $(shell uname -r)${GOES}`,
      },
    ],
    [
      'a chain is not asked',
      false,
      'make && touch made',
      { Makefile: `KDIR = /lib/modules/$(shell uname -r)/build\nall:${GOES}` },
    ],
  ])('%s', async (_name, found, make, files) => {
    await withTemporaryDirectory('test', async (directory) => {
      const written = { ...CLEAN_TREE, 'dkms.conf': confWith(`MAKE="${make}"`), ...files };
      await writeTree(directory, written);
      const { findings } = await lintTree(directory, { evaluate: true });
      const codes = findings.map(({ code }) => code);
      expect(codes.includes('running-kernel-makefile')).toBe(found);
      // Nothing was made in the tree.
      const paths = Object.keys(written).map((path) => path.split('/')[0] ?? '');
      expect((await readdir(join(directory))).sort()).toEqual([...new Set(paths)].sort());
    });
  });
});
