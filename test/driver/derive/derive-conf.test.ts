import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  type DerivedBuild,
  deriveBuild,
  derivedConfText,
} from '../../../src/driver/derive/derive-conf.ts';
import { readSources } from '../../../src/facts/code/c-sources.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// No headers are there: makefiles are only asked, nothing is compiled, and every machine gives the same.
vi.mock('../../../src/kernel/headers.ts', async (original) => ({
  ...(await original<typeof import('../../../src/kernel/headers.ts')>()),
  installedReleases: async () => [],
}));

const CALLS_KBUILD = (directory: string, more = '') =>
  `default: modules\nmodules:\n\t$(MAKE) -C ${directory} M=$(CURDIR) ${more} modules\n`;
const GUARDED = (module: string, otherwise: string) =>
  `ifneq ($(KERNELRELEASE),)\nobj-$(CONFIG_${module.toUpperCase()}) := ${module}.o\nelse\n${otherwise}endif\n`;

async function derive(
  files: Readonly<Record<string, string>>,
  remembered?: DerivedBuild,
): Promise<DerivedBuild> {
  return withTemporaryDirectory('test', async (tree) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
    const { files: sources } = await readSources(tree);
    return deriveBuild(tree, sources, {
      stub: referenceKernel(),
      remembered,
      reporter: silentReporter,
      compile: true,
    });
  });
}

const told = ({ sourceRoot, make, modules }: DerivedBuild) => ({
  sourceRoot,
  make: make ?? '',
  modules: modules.map(({ folder, name }) => join(folder, name)),
});

describe('the variable that leads a driver’s own make to the kernel is found', () => {
  test.each([
    ['in the makefile', 'KDIR ?= /lib/modules/$(shell uname -r)/build\n', 'KDIR'],
    ['named by the caller alone', '', 'KERNEL_SRC'],
    ['as a path of the author’s machine', 'LINUX_SRC = /home/me/linux\n', 'LINUX_SRC'],
    ['computed', 'KSRC := $(firstword $(wildcard /nowhere/*))\n', 'KSRC'],
    ['for kbuild’s include path', 'KERNELDIR := $(shell ls -d /none 2>/dev/null)\n', 'KERNELDIR'],
  ])('%s', async (_, text, name) => {
    const makefile = GUARDED('nicx', text + CALLS_KBUILD(`$(${name})`, 'CONFIG_NICX=m'));
    const derived = await derive({ Makefile: makefile, 'nicx.c': '' });
    expect(told(derived)).toEqual({
      sourceRoot: '',
      make: `'make' -j$(nproc) ${name}=$kernel_source_dir modules`,
      modules: ['nicx'],
    });
  });

  test.each([
    ['an included file', { 'src/common.mk': 'KSRC ?= $(firstword $(places))\n' }, 'common.mk'],
    [
      'a file that an included one includes',
      { 'src/common.mk': 'include paths.mk\n', 'src/paths.mk': 'KSRC ?= $(firstword $(p))\n' },
      'common.mk',
    ],
    ['a file of the folder above', { 'top.mk': 'KSRC ?= $(firstword $(p))\n' }, '../top.mk'],
    ['files that a pattern names', { 'src/mk/k.mk': 'KSRC ?= $(firstword $(p))\n' }, 'mk/*.mk'],
  ])('in %s', async (_, files, include) => {
    const makefile = GUARDED(
      'nicx',
      `include ${include}\n${CALLS_KBUILD('$(KSRC)', 'CONFIG_NICX=m')}`,
    );
    const derived = await derive({
      ...(files as Record<string, string>),
      'src/Makefile': makefile,
    });
    expect(derived.make).toContain('KSRC=$kernel_source_dir');
    expect(derived.modules).toEqual([
      { name: 'nicx', folder: derived.sourceRoot === 'src' ? '' : 'src' },
    ]);
  });

  test('a variable that kbuild does not need is not set', async () => {
    const files = { Makefile: `${CALLS_KBUILD('$(KDIR)')}obj-m := foo.o\n` };
    expect(told(await derive(files))).toEqual({ sourceRoot: '', make: '', modules: ['foo'] });
  });
});

describe('the folder of the makefile', () => {
  test.each(['src', 'driver', 'linux/kernel/drv'])('%s', async (folder) => {
    const derived = await derive({ README: 'x', [`${folder}/Makefile`]: 'obj-m += foo.o\n' });
    expect(told(derived)).toEqual({ sourceRoot: folder, make: '', modules: ['foo'] });
  });

  test('Kbuild beside a Makefile of the driver’s own', async () => {
    const files = { Kbuild: 'obj-m += foo.o\n', Makefile: CALLS_KBUILD('$(KDIR)') };
    expect(told(await derive(files))).toEqual({ sourceRoot: '', make: '', modules: ['foo'] });
  });

  test('a Makefile at the top that goes down into the folder', async () => {
    const derived = await derive({
      Makefile: 'all:\n\t$(MAKE) -C src modules\n',
      'src/Makefile': GUARDED('foo', CALLS_KBUILD('$(KDIR)', 'CONFIG_FOO=m')),
    });
    expect(told(derived)).toEqual({
      sourceRoot: '',
      make: "'make' -j$(nproc) KDIR=$kernel_source_dir",
      modules: ['src/foo'],
    });
  });

  test('a Makefile that goes down into folders in a loop', async () => {
    const below = (name: string) =>
      `ifneq ($(KERNELRELEASE),)\nobj-m := ${name}.o\nelse\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\nendif\n`;
    const derived = await derive({
      Makefile: `SUB = one two\nall:\n\tfor i in $(SUB); do $(MAKE) -C $$i KDIR=$(KDIR) || exit 1; done\n`,
      'one/Makefile': below('one'),
      'two/Makefile': below('two'),
    });
    expect(told(derived)).toEqual({
      sourceRoot: '',
      make: "'make' -j$(nproc) KDIR=$kernel_source_dir",
      modules: ['one/one', 'two/two'],
    });
  });

  test('several folders, each built for itself', async () => {
    const derived = await derive({
      'one/Makefile': 'obj-m += one.o\n',
      'two/Makefile': GUARDED('two', CALLS_KBUILD('$(KDIR)', 'CONFIG_TWO=m')),
    });
    const build = '$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build';
    expect(told(derived)).toEqual({
      sourceRoot: '',
      make: `make -C $kernel_source_dir M=${build}/one && 'make' -j$(nproc) -C ${build}/two KDIR=$kernel_source_dir modules`,
      modules: ['one/one', 'two/two'],
    });
  });

  test('of two folders that make a module the first is used, with a warning', async () => {
    const derived = await derive({
      'new/Makefile': 'obj-m += foo.o\n',
      'old/Makefile': 'obj-m += foo.o\n',
    });
    expect(derived.modules).toEqual([{ name: 'foo', folder: 'new' }]);
    expect(derived.warnings).toEqual([
      expect.stringContaining('old/ is left out: it makes the module foo'),
    ]);
  });

  test('if there are only examples/, they are the driver', async () => {
    const derived = await derive({ 'examples/Makefile': 'obj-m += foo.o\n' });
    expect(told(derived)).toEqual({ sourceRoot: 'examples', make: '', modules: ['foo'] });
  });

  test('examples are left out if there are other folders', async () => {
    const files = { 'drv/Makefile': 'obj-m += foo.o\n', 'examples/Makefile': 'obj-m += bar.o\n' };
    expect((await derive(files)).modules.map(({ name }) => name)).toEqual(['foo']);
  });

  test('a warning names a folder whose makefile fails', async () => {
    const derived = await derive({
      'one/Makefile': 'obj-m += one.o\n',
      'two/Makefile': 'obj-m += two.o\n$(error needs a board)\n',
    });
    expect(derived.modules.map(({ name }) => name)).toEqual(['one']);
    expect(derived.warnings?.join()).toMatch(/two\/ is left out: .*needs a board/);
  });
});

test('a default target that installs is not run, but `modules` is', async () => {
  const derived = await derive({
    Makefile: `all: clean modules install\nmodules:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)/src CONFIG_FOO=m modules\ninstall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)/src modules_install\n`,
    'src/Kbuild': 'obj-$(CONFIG_FOO) += foo.o\n',
  });
  expect(derived.make).toBe('make KDIR=$kernel_source_dir modules');
});

test('modules that only the driver’s own make turns on are found', async () => {
  const derived = await derive({
    Makefile: `obj-m += core.o\nobj-$(CONFIG_EXTRA) += extra.o\nall:\n\tmake -C $(KDIR) M=$(CURDIR) CONFIG_EXTRA=m modules\n`,
  });
  expect(derived.modules.map(({ name }) => name)).toEqual(['core', 'extra']);
  expect(derived.make).toBe('make KDIR=$kernel_source_dir');
});

test('the error has make’s message if no module is named', async () => {
  const files = { Makefile: '$(error no board is chosen)\nobj-m += foo.o\n' };
  await expect(derive(files)).rejects.toMatchObject({
    code: 'no-conf',
    exitStatus: 4,
    output: [expect.stringMatching(/^the top: .*no board is chosen/)],
  });
});

test('the result is reused until a makefile changes; a new version does not count', async () => {
  const files = { Makefile: 'VERSION = 1.0\nobj-m += foo.o\n' };
  const first = { ...(await derive(files)), from: 'an earlier run' };
  const again = await derive({ Makefile: 'VERSION = 1.1\nobj-m += foo.o\n' }, first);
  expect(again.from).toBe('an earlier run');
  const changed = await derive({ Makefile: 'VERSION = 1.1\nobj-m += foo.o bar.o\n' }, first);
  expect(changed.modules.map(({ name }) => name)).toEqual(['foo', 'bar']);
});

test('a makefile writes into a copy, never into the tree', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await writeFile(join(tree, 'Makefile'), 'X := $(shell touch written)\nobj-m += foo.o\n');
    const { files } = await readSources(tree);
    await deriveBuild(tree, files, {
      stub: referenceKernel(),
      remembered: undefined,
      reporter: silentReporter,
      compile: false,
    });
    expect((await readSources(tree)).files.map(({ path }) => path)).toEqual(['Makefile']);
  });
});

test('dkms.conf names the modules with their folders', () => {
  const text = derivedConfText('foo', '1.0', {
    sourceRoot: '',
    modules: [{ name: 'foo', folder: 'drv' }],
    make: "'make' KDIR=$kernel_source_dir",
    from: 'Makefile',
    asked: [],
  });
  expect(text).toContain(`MAKE[0]="'make' KDIR=$kernel_source_dir"`);
  expect(text).toContain('BUILT_MODULE_LOCATION[0]="drv/"');
});
