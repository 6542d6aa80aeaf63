import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { installedKernels } from '../../support/kernels.ts';
import { confWith, writeTree } from '../../support/lint-a-tree.ts';
import { type RealBuild, realDkmsBuild } from '../../support/real-dkms-build.ts';

const SUBDIRS = 'make -C $kernel_source_dir SUBDIRS=$dkms_tree/foo/1.0/build modules';

interface Claim {
  readonly code: string;
  readonly conf: string;
  readonly files?: Readonly<Record<string, string>>;
  /** What the real `dkms build` comes to. */
  readonly does: (build: RealBuild) => unknown;
}

const CLAIMS: readonly Claim[] = [
  {
    code: 'make-glued',
    conf: 'MAKE="make.sh"',
    files: { 'make.sh': '#!/bin/sh\nexit 0\n' },
    does: ({ status, output }) => [status, /^make -j2 KERNELRELEASE=\S+\.sh/m.test(output)],
  },
  {
    code: 'patch-missing',
    conf: 'PATCH[0]="a.patch"',
    files: { 'a.patch': '' },
    does: ({ status, output }) => [status, /Patch a\.patch/.test(output)],
  },
  {
    code: 'module-not-built',
    conf: 'BUILT_MODULE_NAME[0]="fo_o"',
    files: { Makefile: 'obj-m += fo-o.o\n', 'fo-o.c': source() },
    does: ({ status, output }) => [status, /Build of fo_o\.ko failed/.test(output)],
  },
  {
    code: 'subdirs',
    conf: `MAKE="${SUBDIRS}"`,
    does: ({ status }) => [status, true],
  },
  {
    code: 'running-kernel-makefile',
    conf: 'MAKE="make"',
    files: {
      Makefile:
        'KDIR = /lib/modules/$(shell uname -r)/build\nobj-m += foo.o\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules\n',
    },
    does: ({ status, makeLog }) => [status, /No such file/.test(makeLog)],
  },
  {
    code: 'script-missing',
    conf: 'PRE_BUILD="echo hello"',
    does: ({ status, output }) => [status, /script is not executable/.test(output)],
  },
  {
    code: 'script-not-executable',
    conf: 'PRE_BUILD="before.sh"',
    files: { 'before.sh': 'exit 1\n' },
    does: ({ status, output }) => [status, /script is not executable/.test(output)],
  },
];

/** The real DKMS's status for each: 10 make failed, 5 patch missing, 7 module missing, 0 it goes on. */
const STATUS: Readonly<Record<string, number>> = {
  'make-glued': 10,
  'patch-missing': 5,
  'module-not-built': 7,
  subdirs: 10,
  'running-kernel-makefile': 10,
  'script-missing': 0,
  'script-not-executable': 0,
};

test.each(CLAIMS)('dkms build does what lint says: $code', async ({ code, conf, files, does }) => {
  const [release = ''] = await installedKernels();
  await withTemporaryDirectory('test', async (directory) => {
    const tree = join(directory, 'tree');
    await mkdir(tree);
    await writeTree(tree, {
      Makefile: 'obj-m += foo.o\n',
      'foo.c': source(),
      'dkms.conf': confWith(conf),
      ...files,
    });
    const { findings } = await lintTree(tree, { evaluate: true });
    expect(findings.map((finding) => finding.code)).toContain(code);
    const driver = { tree, name: 'foo', version: '1.0' };
    const build = await realDkmsBuild(directory, driver, { release, machine: 'x86_64' });
    expect(does(build), build.output + build.makeLog).toEqual([STATUS[code], true]);
  });
});

function source(): string {
  return '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n';
}
