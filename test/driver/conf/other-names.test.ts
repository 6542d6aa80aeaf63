import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { applyPlan } from '../../../src/debianize/apply.ts';
import { planDebian } from '../../../src/debianize/plan.ts';
import { otherNamed } from '../../../src/driver/conf/other-names.ts';
import { nothingBuilds } from '../../../src/driver/derive/nothing-builds.ts';
import { readDriver } from '../../../src/driver/read-driver.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CONF =
  'PACKAGE_NAME="toy"\nPACKAGE_VERSION="3.1.0"\nBUILT_MODULE_NAME[0]="toy"\nDEST_MODULE_LOCATION[0]="/extra"\nAUTOINSTALL="yes"\nMAKE="make"\n';
const TREE: Readonly<Record<string, string>> = {
  'kmod/toy.c': 'MODULE_LICENSE("GPL");\n',
  'kmod/Makefile': 'obj-m := toy.o\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules\n',
  'scripts/make_deb.sh': '#!/bin/sh\ncp scripts/toy_dkms.conf $D/dkms.conf\n',
};

test.each(['scripts/toy_dkms.conf', 'toy-dkms.conf', 'pkg/dkms-toy.conf', 'pkg/toy.dkms'])(
  'init and lint take %s, now and after init, and the folder that its make is for',
  async (path) => {
    await withTemporaryDirectory('test', async (directory) => {
      for (const [name, text] of Object.entries({ ...TREE, [path]: CONF })) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), text);
      }
      const read = () => readDriver(directory, referenceKernel(), { compile: false });
      const driver = await read();
      expect(driver.location).toEqual({ file: join(directory, path), sourceRoot: 'kmod' });
      expect([driver.version, driver.derived]).toEqual(['3.1.0', undefined]);
      expect(driver.driverConf.name.from).toBe(`${path}:1 PACKAGE_NAME`);
      await applyPlan(directory, await planDebian(driver, { timestamp: 1e9 }));
      const text = await readFile(join(directory, path), 'utf8');
      await writeFile(join(directory, path), text.replace('3.1.0', '3.2.0'));
      expect((await read()).version).toBe('3.2.0');
      expect((await lintTree(directory, { evaluate: false })).files).toContain(
        join(directory, path),
      );
    });
  },
);

test('a file that only writes or quotes a dkms.conf is ignored', () => {
  const named = (path: string, text = CONF) => otherNamed([{ path, text }]);
  expect(named('dkms-install.sh')).toEqual([]);
  expect(named('docs/dkms.conf.example')).toEqual([]);
  expect(named('dkms.md')).toEqual([]);
  expect(named('mkdkms', `cat >dkms.conf <<EOF\n${CONF}EOF\n`)).toEqual([]);
  expect(named('toy.dkms', 'scripts/dkms.conf\n')).toEqual([]);
  expect(named('toy.dkms')).toEqual(['toy.dkms']);
});

test.each([
  [
    ['kernel/Makefile.in', 'kernel/configure'],
    'runs kernel/configure, or run kernel/configure first',
  ],
  [['a/kernel/Makefile.in', 'configure'], 'runs configure, or run configure first'],
  [['a/kernel/Makefile.am', 'configure.ac'], 'runs configure, which autoreconf -i makes, or'],
  [['kernel/Makefile'], 'Write a dkms.conf (dkms(8)'],
])('without dkms.conf, %j: the hint names what makes the makefile', (paths, hint) => {
  const sources = paths.map((path) => ({ path, text: 'obj-m = toy.o\n' }));
  expect(nothingBuilds('/x', [], sources).hint).toContain(hint);
});
