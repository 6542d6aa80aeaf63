import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { installedKernels } from '../../support/kernels.ts';
import { realDkmsBuild } from '../../support/real-dkms-build.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../../support/sandbox.ts';
import { VENDOR_TREES, writeTree } from '../../support/vendor-trees.ts';

const SECONDS = 600;

/**
 * init without any option, then the real dkms for the oldest kernel, which is not the one that init tried first
 * and seldom the one that runs: what was derived must lead to any kernel.
 */
describe('a vendor’s tree without dkms.conf gets one with which the real dkms builds', () => {
  for (const [kind, { files, name, version, modules, make }] of Object.entries(VENDOR_TREES)) {
    test(kind, { timeout: SECONDS * 1000 }, async ({ sandbox }) => {
      const tree = join(sandbox.directory, 'driver-tree');
      await writeTree(tree, files);
      await dkmsDebLines(sandbox, ['init', tree]);
      const conf = await readFile(join(tree, 'debian', `${name}-dkms.dkms`), 'utf8');
      expect(conf).toContain(`PACKAGE_VERSION="${version}"`);
      expect(conf).toMatch(make);
      await dkmsDebLines(sandbox, ['build', '-o', sandbox.out, tree]);
      const deb = join(sandbox.out, `${name}-dkms_${version}_all.deb`);
      const root = join(sandbox.directory, 'root');
      await run('dpkg-deb', ['-x', deb, root]);
      const [oldest = ''] = await installedKernels();
      const built = await realDkmsBuild(
        sandbox.directory,
        { tree: join(root, `usr/src/${name}-${version}`), name, version },
        { release: oldest, machine: 'x86_64' },
      );
      expect(built.makeLog + built.output).not.toMatch(/error:/);
      expect([...built.modules.keys()].sort()).toEqual(modules);
    });
  }
});

const BROKEN = {
  Makefile: 'obj-m := broken.o\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules\n',
  'broken.c': '#include <linux/module.h>\n#error the board is not known\nMODULE_LICENSE("GPL");\n',
};

test('a tree that builds for no kernel of this machine is reported with the messages of the compiler', async ({
  sandbox,
}) => {
  const tree = join(sandbox.directory, 'broken');
  await writeTree(tree, BROKEN);
  const { exitStatus, stderr } = await dkmsDeb(sandbox, ['init', tree]);
  expect(exitStatus).toBe(0);
  expect(stderr).toContain('builds for none of the kernels that were tried');
  expect(stderr).toMatch(/broken\.c:2:2: error: #error the board is not known/);
});

test('info asks make, and compiles nothing', async ({ sandbox }) => {
  const tree = join(sandbox.directory, 'broken');
  await writeTree(tree, BROKEN);
  const { stdout, stderr } = await dkmsDeb(sandbox, ['info', tree]);
  expect(stdout).toContain('broken');
  expect(stderr).not.toMatch(/building a copy|error/);
});
