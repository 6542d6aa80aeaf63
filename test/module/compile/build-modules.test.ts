import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildModules } from '../../../src/module/compile/build-modules.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import {
  buildFailure,
  builtNames,
  CONF,
  fakeBuild,
  fakeHeaders,
  moduleSource,
  TREE,
  writeFiles,
} from '../../support/fake-kernel.ts';

afterEach(() => vi.unstubAllEnvs());

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
    expect(await builtNames(files)).toEqual(['other-name.ko', 'n-1.ko']);
  });

  // Bug: `.` and `./` were never found.
  test.each(['.', './', './/', ''])('BUILT_MODULE_LOCATION="%s"', async (location) => {
    const conf = `${CONF}BUILT_MODULE_LOCATION="${location}"`;
    expect(await builtNames({ ...TREE, 'dkms.conf': conf })).toEqual(['m.ko']);
  });

  test('an excluded module is neither wanted nor packed', async () => {
    const conf = `${CONF}BUILT_MODULE_NAME[1]=n DEST_MODULE_LOCATION[1]=/extra BUILD_EXCLUSIVE_KERNEL[1]=^5`;
    expect(await builtNames({ ...TREE, 'dkms.conf': conf })).toEqual(['m.ko']);
  });

  test('bug: without a configuration its conditions are skipped', async () => {
    const conf = `${CONF}BUILD_EXCLUSIVE_CONFIG=CONFIG_X`;
    expect(await builtNames({ ...TREE, 'dkms.conf': conf })).toEqual(['m.ko']);
    expect(await buildFailure({ ...TREE, 'dkms.conf': conf }, { config: '' })).toMatchObject({
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

describe('the source tree', () => {
  test('bug: a dkms.conf that is a link out of the tree is not written through', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      vi.stubEnv('XDG_CACHE_HOME', join(directory, 'cache'));
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
