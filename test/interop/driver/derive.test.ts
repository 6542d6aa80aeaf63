import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROJECT } from '../../support/project.ts';
import { dkmsDebLines, sandboxTest as test } from '../../support/sandbox.ts';

/** The dkms.conf that init derived. */
async function derived(tree: string, name: string): Promise<string> {
  return readFile(join(tree, 'debian', `${name}-dkms.dkms`), 'utf8');
}

describe('a tree without dkms.conf is built to learn its modules', () => {
  test('with the default command of DKMS, if that works; kbuild alone tells the same', async ({
    sandbox,
  }) => {
    const tree = join(sandbox.directory, 'derived');
    await cp(join(PROJECT, 'test/golden/init/derived-folders/in'), tree, { recursive: true });
    await dkmsDebLines(sandbox, ['init', '--set', 'PACKAGE_NAME=foo-bus', tree]);
    const golden = await readFile(
      join(PROJECT, 'test/golden/init/derived-folders/out/debian/foo-bus-dkms.dkms'),
      'utf8',
    );
    expect(await derived(tree, 'foo-bus')).toBe(golden);
  });

  test('with its own makefile, if kbuild alone fails (snd-hda-codec-cs8409)', async ({
    sandbox,
  }) => {
    const tree = join(sandbox.directory, 'own');
    await mkdir(tree);
    await writeFile(
      join(tree, 'own.c'),
      `// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#ifndef NEEDS_ITS_OWN_MAKE
#error built by a bare kbuild
#endif
MODULE_LICENSE("GPL");
MODULE_VERSION("1.0");
MODULE_DESCRIPTION("needs a flag of its own makefile");
`,
    );
    await writeFile(
      join(tree, 'Makefile'),
      `obj-m += own.o
ifdef KVER
KDIR := /lib/modules/$(KVER)
else
KDIR := /lib/modules/$(shell uname -r)
endif
all:
\tmake -C $(KDIR)/build CFLAGS_MODULE=-DNEEDS_ITS_OWN_MAKE M=$(shell pwd) modules
`,
    );
    await dkmsDebLines(sandbox, ['init', tree]);
    const conf = await derived(tree, 'own');
    expect(conf).toContain('MAKE[0]="make KDIR=/lib/modules/$kernelver"');
    expect(conf).toContain('Makefile with KDIR (Makefile:5)');
    expect(conf).toContain('BUILT_MODULE_NAME[0]="own"');
  });
});
