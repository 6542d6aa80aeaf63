import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { cached } from '../support/project.ts';
import { dkmsDeb, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { debianKernels, writeSmallArchive } from '../support/small-archive.ts';

/** Headers that can be read, with an option of their own. */
const readable = (release: string) => {
  const directory = `usr/src/linux-headers-${release}`;
  const config = 'CONFIG_X86_64=y\nCONFIG_OF_THIS_KERNEL=m\n';
  return {
    [`${directory}/Makefile`]: '',
    [`${directory}/.config`]: config,
    [`${directory}/include/config/auto.conf`]: config,
    [`${directory}/include/generated/autoconf.h`]: '',
    [`${directory}/include/generated/utsrelease.h`]: `#define UTS_RELEASE "${release}"\n`,
  };
};

async function archive({ directory }: Sandbox): Promise<string[]> {
  const packages = debianKernels('6.1.0-1', ['amd64', 'rt-amd64'], readable);
  const sources = await writeSmallArchive(join(directory, 'archive'), packages);
  return ['--sources', sources, '--arch', 'amd64', '--store', join(directory, 'store')];
}

async function stored({ directory }: Sandbox): Promise<number> {
  const packages = join(directory, 'store/by-sha256');
  const begins = await readdir(packages).catch(() => []);
  return (await Promise.all(begins.map((begin) => readdir(join(packages, begin))))).flat().length;
}

interface Views {
  readonly kernels: readonly { release: string; status: string; reason?: string; make?: string }[];
}

test('info shows the kernels of an archive, and fetches headers only if dkms.conf depends on them', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const args = ['info', '--json', ...(await archive(sandbox)), tree];
  const first = JSON.parse((await dkmsDeb(sandbox, args)).stdout) as Views;
  expect(first.kernels.map(({ release, status }) => `${release} ${status}`).sort()).toEqual([
    '6.1.0-1-amd64 builds',
    '6.1.0-1-rt-amd64 builds',
  ]);
  expect(await stored(sandbox)).toBe(0);
  const conf = join(tree, 'dkms.conf');
  const lines =
    'MAKE="make -C $kernel_source_dir x"\nBUILD_EXCLUSIVE_CONFIG="CONFIG_OF_THIS_KERNEL !CONFIG_X86_64"\n';
  await writeFile(conf, `${await readFile(conf, 'utf8')}\n${lines}`);
  const second = JSON.parse((await dkmsDeb(sandbox, args)).stdout) as Views;
  expect(second.kernels.map(({ reason }) => reason)).toEqual([
    'BUILD_EXCLUSIVE_CONFIG: CONFIG_X86_64 is set in this kernel',
    'BUILD_EXCLUSIVE_CONFIG: CONFIG_X86_64 is set in this kernel',
  ]);
  expect(second.kernels[0]?.make).toMatch(/^make -C \/lib\/modules\/6\.1\.0-1-\S+\/build x$/);
  expect(await stored(sandbox)).toBe(4);
});

test('lint evaluates dkms.conf for a kernel of an archive, with its configuration', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const conf = join(tree, 'dkms.conf');
  const lines = 'grep -qs CONFIG_OF_THIS_KERNEL "$kernel_config" && BUILT_MODULE_NAME[0]=other\n';
  await writeFile(conf, `${await readFile(conf, 'utf8')}\n${lines}`);
  const args = ['lint', '--json', tree];
  const codes = async (...more: string[]) => {
    const { stdout } = await dkmsDeb(sandbox, [...args, ...more]);
    return (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map(
      ({ code }) => code,
    );
  };
  const sources = await archive(sandbox);
  expect(await codes()).not.toContain('module-not-built');
  expect(await codes(...sources, '-k', '6.1.0-1-amd64')).toContain('module-not-built');
  const several = await dkmsDeb(sandbox, ['lint', ...sources, tree]);
  expect(several.exitStatus).toBe(2);
  expect(several.stderr).toContain('one kernel is needed, but the options choose 2');
});

/** A driver without dkms.conf that only a kernel of trixie compiles: its compiler is gcc-14. */
async function newDriver({ directory }: Sandbox): Promise<string> {
  const tree = join(directory, 'newdriver');
  await mkdir(tree);
  await writeFile(join(tree, 'Kbuild'), 'obj-m := newdriver.o\n');
  await writeFile(
    join(tree, 'newdriver.c'),
    '#include <linux/module.h>\n#if CONFIG_GCC_VERSION < 140000\n#error an old kernel\n#endif\nMODULE_LICENSE("GPL");\nMODULE_VERSION("1.0");\n',
  );
  return tree;
}

test('init finds out with a kernel of an archive how a tree without dkms.conf is built', async ({
  sandbox,
}) => {
  const store = join(sandbox.directory, 'store');
  const tree = await newDriver(sandbox);
  const installed = await dkmsDeb(sandbox, ['init', '--dry-run', tree]);
  expect(installed.stderr).toContain('an old kernel');
  await mkdir(store);
  for (const part of ['by-sha256', 'index', 'toolchains']) {
    await symlink(join(cached('kernel-store'), part), join(store, part));
  }
  const args = ['--offline', '--latest', '1', '-k', '*deb13-amd64', '--store', store];
  const tried = await dkmsDeb(sandbox, ['init', '--dry-run', ...args, tree]);
  expect(tried.exitStatus, tried.stderr).toBe(0);
  expect(tried.stderr).not.toContain('an old kernel');
  expect(tried.stderr).toContain('building a copy for 6.12.');
});

test('-k of init is for kernels of archives', async ({ sandbox }) => {
  const tree = await newDriver(sandbox);
  const { exitStatus, stderr } = await dkmsDeb(sandbox, ['init', '-k', '6.1.0-1-amd64', tree]);
  expect(exitStatus).toBe(2);
  expect(stderr).toContain('-k needs --suite or --sources');
});
