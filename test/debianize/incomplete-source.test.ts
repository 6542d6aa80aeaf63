import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/debianize/apply.ts';
import { incompleteSource } from '../../src/debianize/incomplete-source.ts';
import { planDebian } from '../../src/debianize/plan.ts';
import { readDriver } from '../../src/driver/read-driver.ts';
import { referenceKernel } from '../../src/kernel/reference-kernel.ts';
import { lintTree } from '../../src/lint/lint-tree.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { CLEAN_TREE, confWith, writeTree } from '../support/lint-a-tree.ts';

type Files = Readonly<Record<string, string>>;

const INSTALLS =
  'install-src:\n\tinstall -d $(DESTDIR)/usr/src/foo-1.0\n\tinstall -m644 -T Makefile.dkms $(DESTDIR)/usr/src/foo-1.0/Makefile\n';
const OTHER =
  'obj-m := foo.o\nmodules:\n\t$(MAKE) -C /lib/modules/$(KVER)/build M=$(CURDIR) modules\n';

async function withDriver<T>(files: Files, work: (directory: string) => Promise<T>): Promise<T> {
  return withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, { ...CLEAN_TREE, ...files });
    return work(directory);
  });
}

const read = (directory: string) => readDriver(directory, referenceKernel(), { compile: false });

async function initialize(directory: string): Promise<string> {
  await applyPlan(directory, await planDebian(await read(directory), { timestamp: 1e9 }));
  return join(directory, 'debian/foo-dkms.install');
}

/** Of lint: where it is, relative to the tree, and which rule it is of. */
async function gaps(directory: string): Promise<string[]> {
  const { findings } = await lintTree(directory, { evaluate: true });
  return findings
    .filter(({ code }) => /-source$|not-listed$|script-missing$/.test(code))
    .map(({ file, line, code }) => `${file.slice(directory.length + 1)}:${line ?? ''} ${code}`);
}

describe('init reports what build would refuse', () => {
  test.each<[string, Files, string]>([
    [
      'a part of a module',
      { Makefile: 'obj-m += foo.o\nfoo-y := main.o compat.o\n', 'main.c': '' },
      'the source cannot be compiled: Makefile:2 names compat.c, which is missing',
    ],
    [
      'a makefile that makes no module',
      {
        Makefile: INSTALLS,
        'Makefile.dkms': OTHER,
        'dkms.conf': confWith('MAKE="make KVER=$kernelver"'),
      },
      'the source cannot be compiled: Makefile does not build foo, because it has no obj-m; Makefile.dkms has obj-m',
    ],
    [
      './configure of a clone',
      { 'configure.ac': '', 'dkms.conf': confWith('MAKE="./configure && make"') },
      'the source cannot be compiled: MAKE runs configure, which is missing',
    ],
  ])('%s', async (_, files, message) => {
    await withDriver(files, async (directory) => {
      expect(incompleteSource(await read(directory))).toMatchObject([{ message, certain: true }]);
    });
  });

  test('a complete source has no findings', async () => {
    await withDriver({}, async (directory) => {
      expect(incompleteSource(await read(directory))).toEqual([]);
    });
  });
});

describe('lint reports it with its place', () => {
  test('a missing file of the tree is found; a missing script is reported once', async () => {
    const makefile = 'obj-m += foo.o\nfoo-y := foo.o\nfoo-y += compat.o\n';
    await withDriver({ Makefile: makefile }, async (directory) => {
      expect(await gaps(directory)).toEqual(['Makefile:3 incomplete-source']);
    });
    await withDriver({ 'dkms.conf': confWith('MAKE="./build.sh"') }, async (directory) => {
      expect(await gaps(directory)).toEqual(['dkms.conf:6 make-script-missing']);
    });
    const clone = { 'configure.ac': '', 'dkms.conf': confWith('MAKE="./configure; make"') };
    await withDriver(clone, async (directory) => {
      expect(await gaps(directory)).toEqual(['dkms.conf:6 incomplete-source']);
    });
  });

  test('a file that an install list does not pack is found, once', async () => {
    const files = { Makefile: 'obj-m += foo.o\nfoo-y := main.o sub/a.o\n', 'sub/a.c': '' };
    await withDriver({ ...files, 'main.c': '' }, async (directory) => {
      const list = await initialize(directory);
      expect(await gaps(directory)).toEqual([]);
      await writeFile(list, (await readFile(list, 'utf8')).replace(/^sub .*\n/m, ''));
      expect(await gaps(directory)).toEqual(['debian/foo-dkms.install:1 source-not-listed']);
      await rm(join(directory, 'debian/.dkms-deb.json'));
      expect(await gaps(directory)).toEqual(['Makefile:2 incomplete-source']);
    });
  });

  test('a file missing in /usr/src is found although the tree has it', async () => {
    await withDriver({}, async (directory) => {
      const list = await initialize(directory);
      await writeFile(list, (await readFile(list, 'utf8')).replaceAll('foo-1.0', 'foo-1.1'));
      expect(await gaps(directory)).toEqual(['debian/foo-dkms.install: incomplete-source']);
    });
  });
});
