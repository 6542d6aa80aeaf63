import { describe, expect, test } from 'vitest';
import {
  buildFailure,
  builtNames,
  CONF,
  fakeBuild,
  moduleSource,
  PATCH,
  TREE,
} from '../../support/fake-kernel.ts';

describe('exit statuses of DKMS', () => {
  test.each([
    ['patch missing', { 'dkms.conf': `${CONF}PATCH=no.patch` }, 5, 'patch-missing'],
    ['patch with ..', { 'dkms.conf': `${CONF}PATCH=a/../b.patch` }, 5, 'patch-missing'],
    ['patch that begins with ..', { 'dkms.conf': `${CONF}PATCH=../b.patch` }, 5, 'patch-missing'],
    [
      'patch fails',
      { 'dkms.conf': `${CONF}PATCH=p.patch`, 'patches/p.patch': PATCH, x: 'three\n' },
      6,
      'patch-failed',
    ],
    [
      'patch already there',
      { 'dkms.conf': `${CONF}PATCH=p.patch`, 'patches/p.patch': PATCH, x: 'two\n' },
      6,
      'patch-failed',
    ],
    ['no such module', { 'dkms.conf': `${CONF}BUILT_MODULE_NAME=other` }, 7, 'module-missing'],
    ['make fails', { 'm.c': '#error broken\n' }, 10, 'make-failed'],
    ['make is no command', { 'dkms.conf': `${CONF}MAKE=no-such-command` }, 10, 'make-failed'],
    ['make is killed', { 'dkms.conf': `${CONF}MAKE='kill -9 $$'` }, 10, 'make-failed'],
    ['excluded', { 'dkms.conf': `${CONF}BUILD_EXCLUSIVE_KERNEL=^5` }, 77, 'excluded'],
    ['bad dkms.conf', { 'dkms.conf': 'PACKAGE_NAME=t' }, 8, 'bad-conf'],
    ['location with ..', { 'dkms.conf': `${CONF}BUILT_MODULE_LOCATION=sub/..` }, 8, 'bad-conf'],
    ['a module for another kernel', { 'm.c': moduleSource('', '6.2.0') }, 10, 'wrong-vermagic'],
    [
      'a file that is no module',
      { 'm.c': '', 'dkms.conf': `${CONF}MAKE='echo x >m.ko'\nSTRIP=no` },
      10,
      'no-module',
    ],
  ])('%s: %#', async (_name, files, exitStatus, code) => {
    expect(await buildFailure({ ...TREE, ...(files as Record<string, string>) })).toMatchObject({
      exitStatus,
      code,
    });
  });

  test('a missing module: what did appear', async () => {
    const files = {
      ...TREE,
      'dkms.conf': `${CONF}BUILT_MODULE_NAME=other`,
      'sub/n.c': moduleSource(),
    };
    expect(await buildFailure(files)).toMatchObject({
      output: ['built instead:', '  m.ko', '  sub/n.ko'],
      hint: expect.stringMatching(/whole log: .*\/t-1\.0-6\.1\.0-fake\.log$/),
    });
  });

  test('a failed make: the first error far above, the last lines, the log', async () => {
    const make = 'echo m.c:1: error: the cause; seq 100; exit 2';
    const error = await buildFailure({ ...TREE, 'dkms.conf': `${CONF}MAKE='${make}'` });
    expect(error).toMatchObject({
      message: expect.stringMatching(/^make failed for kernel 6\.1\.0-fake \(.*\) with status 2$/),
      output: ['m.c:1: error: the cause', '98', '99', '100'],
    });
  });

  test('a full disk, as compilers tell it', async () => {
    const make = 'echo m.c:1: error writing to m.s: No space left on device; exit 2';
    expect(await buildFailure({ ...TREE, 'dkms.conf': `${CONF}MAKE='${make}'` })).toMatchObject({
      exitStatus: 10,
      hint: expect.stringMatching(/^Set TMPDIR to .*: \S+ is full\. Read the whole log: /),
    });
  });

  test('another compiler than the kernel’s is told of, and used', async () => {
    const config = 'CONFIG_CC_IS_GCC=y\nCONFIG_GCC_VERSION=40900\n';
    await fakeBuild(
      TREE,
      async ({ build, warnings }) => {
        expect(warnings).toEqual([
          expect.stringMatching(
            /^kernel 6\.1\.0-fake was compiled with gcc 4, but its modules are compiled with gcc \d+/,
          ),
        ]);
        expect(build.modules).toHaveLength(1);
      },
      { config },
    );
  });

  test('symbols that nobody exports, those of the driver’s own modules aside', async () => {
    const symvers = '0x00000000\tknown\tvmlinux\tEXPORT_SYMBOL\t\n';
    const use = (symbol: string) =>
      moduleSource(`void ${symbol}(void); void f(void) { ${symbol}(); }`);
    const conf = `${CONF}BUILT_MODULE_LOCATION=a`;
    const own = { 'dkms.conf': conf, 'b/Module.symvers': '0x2\town\tb\tEXPORT_SYMBOL\t\n' };
    expect(await builtNames({ ...TREE, 'm.c': use('known') }, { symvers })).toEqual(['m.ko']);
    expect(await buildFailure({ ...own, 'a/m.c': use('strange') }, { symvers })).toMatchObject({
      code: 'unknown-symbols',
      message: expect.stringContaining('that nothing exports: strange'),
    });
    const weak = 'void gone(void) __attribute__((weak)); void f(void) { if (gone) gone(); }';
    expect(await builtNames({ ...TREE, 'm.c': moduleSource(weak) }, { symvers })).toEqual(['m.ko']);
  });
});
