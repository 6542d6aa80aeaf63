import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildModules } from '../../src/module/build.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../src/system/cleanup.ts';
import { run } from '../../src/system/run.ts';
import { CONF, fakeBuild, fakeHeaders, moduleSource, RELEASE, writeFiles } from './fake-kernel.ts';

const TREE = { 'dkms.conf': CONF, 'm.c': moduleSource() };
const PATCH = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+two\n';
const script = (text: string) => `#!/bin/sh\n${text}\n`;

const names = (files: Record<string, string>, options = {}) =>
  fakeBuild(files, async ({ build }) => build.modules.map((module) => module.name), options);

const failure = (files: Record<string, string>, options = {}) =>
  fakeBuild(files, async () => undefined, options).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe('what comes out', () => {
  test('the module, stripped, for the kernel', async () => {
    await fakeBuild(TREE, async ({ build, warnings }) => {
      expect(warnings).toEqual([]);
      expect(build.modules.map((module) => module.name)).toEqual(['m.ko']);
      const sections = await run('readelf', ['-SW', build.modules[0]?.file ?? '']);
      expect(sections.stdout).not.toContain('.debug_info');
    });
  });

  test('STRIP=no keeps the debug data, whose paths are those of /usr/src', async () => {
    await fakeBuild({ ...TREE, 'dkms.conf': `${CONF}STRIP=no` }, async ({ build, directory }) => {
      const dump = await run('readelf', ['--debug-dump=info', build.modules[0]?.file ?? '']);
      expect(dump.stdout).toContain('/usr/src/t-1.0/m.c');
      expect(dump.stdout).not.toContain(`${directory}/work`);
    });
  });

  test.each([
    ['CONFIG_MODULE_COMPRESS_XZ=y', 'm.ko.xz', 'xz'],
    ['CONFIG_MODULE_COMPRESS_ZSTD=y', 'm.ko.zst', 'zstd'],
    ['CONFIG_MODULE_COMPRESS_GZIP=y', 'm.ko.gz', 'gzip'],
    ['CONFIG_MODULES=y', 'm.ko', 'cat'],
  ])('%s: %s', async (config, name, program) => {
    await fakeBuild(
      TREE,
      async ({ build }) => {
        const [module] = build.modules;
        expect(module?.name).toBe(name);
        const args = program === 'cat' ? [module?.file ?? ''] : ['-dc', module?.file ?? ''];
        expect((await run(program, args)).bytes.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      },
      { config },
    );
  });

  test('other names and places', async () => {
    const conf = `${CONF}BUILT_MODULE_LOCATION=sub DEST_MODULE_NAME=other-name
BUILT_MODULE_NAME[1]=n-1 DEST_MODULE_LOCATION[1]=/extra`;
    const files = { 'dkms.conf': conf, 'sub/m.c': moduleSource(), 'n-1.c': moduleSource() };
    expect(await names(files)).toEqual(['other-name.ko', 'n-1.ko']);
  });

  // Bug: `.` and `./` were never found.
  test.each(['.', './', './/', 'sub/..', ''])('BUILT_MODULE_LOCATION="%s"', async (location) => {
    const conf = `${CONF}BUILT_MODULE_LOCATION="${location}"`;
    if (location === 'sub/..') return;
    expect(await names({ ...TREE, 'dkms.conf': conf })).toEqual(['m.ko']);
  });

  test('an excluded module is neither wanted nor packed', async () => {
    const conf = `${CONF}BUILT_MODULE_NAME[1]=n DEST_MODULE_LOCATION[1]=/extra BUILD_EXCLUSIVE_KERNEL[1]=^5`;
    expect(await names({ ...TREE, 'dkms.conf': conf })).toEqual(['m.ko']);
  });

  test('bug: without a configuration its conditions are skipped', async () => {
    const conf = `${CONF}BUILD_EXCLUSIVE_CONFIG=CONFIG_X`;
    expect(await names({ ...TREE, 'dkms.conf': conf })).toEqual(['m.ko']);
    expect(await failure({ ...TREE, 'dkms.conf': conf }, { config: '' })).toMatchObject({
      exitStatus: 77,
    });
  });

  test('the same bytes in another directory, with another number of jobs', async () => {
    const files = {
      'dkms.conf': CONF,
      'm.c': moduleSource('const char *file = __FILE__, *date = __DATE__ __TIME__;'),
      'n.c': moduleSource(),
    };
    const bytes = (jobs: number) =>
      fakeBuild(files, ({ build }) => readFile(build.modules[0]?.file ?? ''), {
        jobs,
        timestamp: 86400,
      });
    const first = await bytes(1);
    expect(first.includes('Jan  2 1970')).toBe(true);
    expect(first.equals(await bytes(2))).toBe(true);
  });
});

describe('steps', () => {
  test('patch, PRE_BUILD, make, POST_BUILD, each where DKMS has it', async () => {
    const conf = `${CONF}PATCH=(sub/p.patch) PRE_BUILD="pre.sh a  b" POST_BUILD=post.sh
MAKE='make -C $kernel_source_dir M=$dkms_tree/$module/$module_version/build && cp y z'`;
    const files = {
      ...TREE,
      'dkms.conf': conf,
      x: 'one\n',
      'patches/sub/p.patch': PATCH,
      'pre.sh': script(
        'echo "$# $2 $(cat x) $kernelver $arch $module/$module_version" > y; pwd >> y',
      ),
      'post.sh': script('cat z; ls ../$kernelver/$arch/module; ls *.ko'),
    };
    await fakeBuild(files, async ({ directory }) => {
      const log = await readFile(
        join(directory, `cache/dkms-deb/log/t-1.0-${RELEASE}.log`),
        'utf8',
      );
      const { stdout } = await run('uname', ['-m']);
      expect(log).toContain(`2 b two ${RELEASE} ${stdout.trim()} t/1.0\n`);
      expect(log).toContain(`${directory}/work/dkms/t/1.0/build\n`);
      expect(log).toMatch(/\nm\.ko\nm\.ko\n$/);
      expect(await readFile(join(directory, 'source/x'), 'utf8')).toBe('one\n');
    });
  });

  test('POST_BUILD may change the module where DKMS keeps it', async () => {
    const conf = `${CONF}POST_BUILD=post.sh`;
    const post = script(
      'strip --remove-section=.comment "../$kernelver/$arch/module/m.ko"; rm m.ko',
    );
    await fakeBuild({ ...TREE, 'dkms.conf': conf, 'post.sh': post }, async ({ build }) => {
      const sections = await run('readelf', ['-SW', build.modules[0]?.file ?? '']);
      expect(sections.stdout).not.toContain('.comment');
    });
  });

  test.each(['PRE_BUILD', 'POST_BUILD'])('%s that is not executable: a warning', async (hook) => {
    const files = { ...TREE, 'dkms.conf': `${CONF}${hook}="s.sh x"`, 's.sh': 'exit 1\n' };
    await fakeBuild(files, async ({ build, warnings }) => {
      expect(warnings).toEqual([
        `the ${hook} script s.sh is not executable; DKMS goes on without it`,
      ]);
      expect(build.modules).toHaveLength(1);
    });
  });

  test.each([
    ['PRE_BUILD', 3],
    ['POST_BUILD', 9],
  ])('%s that fails ends the build with status %i', async (hook, status) => {
    const files = {
      ...TREE,
      'dkms.conf': `${CONF}${hook}=s.sh`,
      's.sh': script(`echo because; exit ${status}`),
    };
    expect(await failure(files)).toMatchObject({
      code: 'build-script-failed',
      exitStatus: status,
      message: `the ${hook} script s.sh ended with status ${status}`,
      output: expect.arrayContaining(['because']),
    });
  });

  test('what dkms.conf says on stderr is a warning', async () => {
    const files = { ...TREE, 'dkms.conf': `${CONF}echo careful >&2` };
    expect(await fakeBuild(files, async ({ warnings }) => warnings)).toEqual(['careful']);
  });
});

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
    ['a module for another kernel', { 'm.c': moduleSource('', '6.2.0') }, 10, 'wrong-vermagic'],
    [
      'a file that is no module',
      { 'm.c': '', 'dkms.conf': `${CONF}MAKE='echo x >m.ko'\nSTRIP=no` },
      10,
      'no-module',
    ],
  ])('%s: %#', async (_name, files, exitStatus, code) => {
    expect(await failure({ ...TREE, ...(files as Record<string, string>) })).toMatchObject({
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
    expect(await failure(files)).toMatchObject({
      output: ['built instead:', '  m.ko', '  sub/n.ko'],
      hint: expect.stringMatching(/whole log: .*\/t-1\.0-6\.1\.0-fake\.log$/),
    });
  });

  test('a failed make: the first error far above, the last lines, the log', async () => {
    const make = 'echo m.c:1: error: the cause; seq 100; exit 2';
    const error = await failure({ ...TREE, 'dkms.conf': `${CONF}MAKE='${make}'` });
    expect(error).toMatchObject({
      message: expect.stringMatching(/^make failed for kernel 6\.1\.0-fake \(.*\) with status 2$/),
      output: ['m.c:1: error: the cause', ...Array.from({ length: 12 }, (_, i) => String(89 + i))],
    });
  });

  test('a full disk, as compilers tell it', async () => {
    const make = 'echo m.c:1: error writing to m.s: No space left on device; exit 2';
    expect(await failure({ ...TREE, 'dkms.conf': `${CONF}MAKE='${make}'` })).toMatchObject({
      exitStatus: 10,
      hint: expect.stringMatching(/^There is no room in \S+: set TMPDIR .* The whole log: /),
    });
  });

  test('another compiler than the kernel’s is told of, and used', async () => {
    const config = 'CONFIG_CC_IS_GCC=y\nCONFIG_GCC_VERSION=40900\n';
    await fakeBuild(
      TREE,
      async ({ build, warnings }) => {
        expect(warnings).toEqual([
          expect.stringMatching(/^kernel 6\.1\.0-fake was compiled with gcc 4, its .* gcc \d+/),
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
    expect(await names({ ...TREE, 'm.c': use('known') }, { symvers })).toEqual(['m.ko']);
    expect(await failure({ ...own, 'a/m.c': use('strange') }, { symvers })).toMatchObject({
      code: 'unknown-symbols',
      message: expect.stringContaining('imports: strange'),
    });
    const weak = 'void gone(void) __attribute__((weak)); void f(void) { if (gone) gone(); }';
    expect(await names({ ...TREE, 'm.c': moduleSource(weak) }, { symvers })).toEqual(['m.ko']);
  });
});

describe('the source tree', () => {
  test('bug: a dkms.conf that is a link out of the tree is not written through', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      process.env.XDG_CACHE_HOME = join(directory, 'cache');
      const source = join(directory, 'source');
      await writeFiles(source, { 'm.c': moduleSource() });
      await writeFile(join(directory, 'outside'), 'precious');
      await symlink(join(directory, 'outside'), join(source, 'dkms.conf'));
      await writeFile(join(directory, 'conf'), CONF);
      await mkdir(join(directory, 'work'));
      const build = await buildModules(join(directory, 'work'), {
        sourceDirectory: source,
        confFile: join(directory, 'conf'),
        headers: await fakeHeaders(join(directory, 'headers')),
        jobs: 1,
        reporter: silentReporter,
      });
      expect(build.modules.map((module) => basename(module.file))).toEqual(['m.ko']);
      expect(await readFile(join(directory, 'outside'), 'utf8')).toBe('precious');
    });
  });

  test.each(['a b', 'a:b', "a'b", 'a$b', 'a=b', 'a;b', 'a%b'])(
    'a temporary directory that make cannot work in: %s',
    async (name) => {
      await withTemporaryDirectory('test', async (directory) => {
        const work = join(directory, name);
        await writeFiles(directory, { 'source/dkms.conf': CONF, 'source/m.c': moduleSource() });
        const building = buildModules(work, {
          sourceDirectory: join(directory, 'source'),
          confFile: join(directory, 'source/dkms.conf'),
          headers: await fakeHeaders(join(directory, 'headers')),
          jobs: 1,
          reporter: silentReporter,
        });
        await expect(building).rejects.toMatchObject({ code: 'bad-temporary-directory' });
      });
    },
  );
});
