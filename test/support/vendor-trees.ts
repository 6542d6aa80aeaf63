import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A small tree like those of vendors, and the expected result. */
export interface VendorTree {
  readonly files: Readonly<Record<string, string>>;
  readonly name: string;
  readonly version: string;
  readonly modules: readonly string[];
  /** The MAKE of the derived dkms.conf. */
  readonly make: RegExp;
}

export async function writeTree(
  tree: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text, text.startsWith('#!') ? { mode: 0o755 } : {});
  }
}

const module = (body = '', version = '"1.0"') => `// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/stringify.h>
${body}
MODULE_LICENSE("GPL v2");
MODULE_DESCRIPTION("A vendor's driver");
MODULE_VERSION(${version});
`;

/** The trees by their special feature. */
export const VENDOR_TREES: Readonly<Record<string, VendorTree>> = {
  'the kernel’s path in an included makefile, the version of numbers (i40e)': {
    name: 'nicx',
    version: '2.28.16',
    modules: ['nicx.ko'],
    make: /^MAKE\[0\]="'make' -j\$\(nproc\) KSRC=\$kernel_source_dir/m,
    files: {
      'src/Makefile': `ifneq ($(KERNELRELEASE),)
obj-$(CONFIG_NICX) := nicx.o
nicx-y := nicx_main.o
else
include common.mk
default: modules
modules: gen.h
\t$(MAKE) -C $(KSRC) M=$(CURDIR) CONFIG_NICX=m modules
gen.h:
\techo '#define NICX_GENERATED 1' >$@
endif
`,
      'src/common.mk': `BUILD_KERNEL ?= $(shell uname -r)
places := /lib/modules/$(BUILD_KERNEL)/source /lib/modules/$(BUILD_KERNEL)/build
found := $(foreach place,$(places),$(shell [ -e $(place)/include/linux ] && echo $(place)))
KSRC ?= $(firstword $(found))
ifeq (,$(KSRC))
$(error no headers of the kernel at any of the usual places)
endif
`,
      'src/nicx_main.c': module(
        '#include "gen.h"\n#ifndef NICX_GENERATED\n#error not generated\n#endif\n#define A 2\n#define B (28)\n#define C 16\n#define V __stringify(A) "." __stringify(B) "." __stringify(C)',
        'V',
      ),
    },
  },
  'uname -r in a script that make calls': {
    name: 'asks',
    version: '1.0',
    modules: ['asks.ko'],
    make: /\.kernel:\$PATH 'make'/,
    files: {
      Makefile: `all:\n\t./build-it\n`,
      'build-it':
        '#!/bin/sh\nset -e\ncp real.c drv/asks.c\nmake -C "/lib/modules/$(uname -r)/build" M="$PWD/drv" CONFIG_ASKS=m modules\n',
      'drv/Kbuild': 'obj-$(CONFIG_ASKS) := asks.o\n',
      'real.c': module(),
    },
  },
  'a header that lies beside the folder of the driver (ena)': {
    name: 'drv',
    version: '1.0',
    modules: ['drv.ko'],
    make: /^MAKE\[0\]="make -C \$kernel_source_dir M=\$dkms_tree\/\$PACKAGE_NAME\/\$PACKAGE_VERSION\/build\/linux"/m,
    files: {
      'linux/Makefile': 'obj-m := drv.o\nccflags-y := -I$(src)/../common\n',
      'linux/drv.c': module('#include "shared.h"\n#ifndef SHARED\n#error\n#endif'),
      'common/shared.h': '#define SHARED 1\n',
    },
  },
  'folders of which each is built for itself': {
    name: 'driver-tree',
    version: '1.0',
    modules: ['alpha.ko', 'beta.ko'],
    make: / && 'make' -j\$\(nproc\) -C \S+\/beta KVER=\$kernelver/,
    files: {
      'alpha/Makefile': 'obj-m := alpha.o\n',
      'alpha/alpha.c': module(),
      'beta/Makefile': `ifneq ($(KERNELRELEASE),)
obj-$(CONFIG_BETA) := beta.o
else
KVER := $(shell uname -r)
all:
\t$(MAKE) -C /lib/modules/$(KVER)/build M=$(CURDIR) CONFIG_BETA=m
endif
`,
      'beta/beta.c': module(),
    },
  },
};
