import { readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { debField } from '../support/deb-payload.ts';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { moduleFiles } from '../support/module-files.ts';
import { cached } from '../support/project.ts';
import {
  call,
  dkmsDeb,
  dkmsDebLines,
  type Sandbox,
  shareModules,
  sandboxTest as test,
} from '../support/sandbox.ts';
import { WITHOUT_PRIVILEGES } from '../support/without-privileges.ts';

/** Debian's packages, unpacked by dpkg-deb: of an installed kernel and its cloud flavour; of arm64. */
const NATIVE = await realpath(cached('headers/native'));
const OTHER = await realpath(cached('headers/other'));

const releases = async (root: string) =>
  (await readdir(join(root, 'usr/src')))
    .filter((name) => name.startsWith('linux-headers-') && !name.includes('-common'))
    .map((name) => name.slice('linux-headers-'.length))
    .sort();

const installed = await installedKernels();
const [release = ''] = (await releases(NATIVE)).filter((each) => installed.includes(each));
const [cloud = ''] = (await releases(NATIVE)).filter((each) => !installed.includes(each));
const [other = ''] = await releases(OTHER);

/** A copy by hard links whose directories nobody may write into. */
async function readOnlyCopy(sandbox: Sandbox, root: string): Promise<string> {
  const copy = join(sandbox.directory, 'headers');
  const linked = await call(sandbox, 'cp', ['-al', root, copy]);
  if (linked.exitStatus !== 0) {
    // Files of somebody else, or another file system.
    await rm(copy, { recursive: true, force: true });
    await call(sandbox, 'cp', ['-a', root, copy]);
  }
  await call(sandbox, 'find', [copy, '-type', 'd', '-exec', 'chmod', 'a-w', '{}', '+']);
  return copy;
}

describe('headers that are not installed', () => {
  test('the package has the same bytes as with installed headers', async ({ sandbox }) => {
    await shareModules(sandbox);
    const tree = await driverTree('acpi-call-dkms', sandbox.directory);
    const [there, here] = [join(sandbox.out, 'there'), join(sandbox.out, 'here')];
    await dkmsDebLines(sandbox, ['bmdeb', '-k', release, '-o', there, tree]);
    const args = ['bmdeb', '--no-cache', '--headers', NATIVE, '-k', release, '-o', here, tree];
    await dkmsDebLines(sandbox, args);
    const compared = await call(sandbox, 'diff', ['-r', there, here]);
    expect(compared.output).toBe('');
    expect(await readdir(here)).toHaveLength(1);
  });

  test('a read-only directory with one kernel works without -k', async ({ sandbox }) => {
    const root = await readOnlyCopy(sandbox, NATIVE);
    const headers = join(root, 'usr/src', `linux-headers-${cloud}`);
    const tree = await driverTree('hello', sandbox.directory);
    const before = await call(sandbox, 'find', [root, '-printf', '%p %s %T@\n']);
    const [file = ''] = await dkmsDebLines(
      sandbox,
      ['bmdeb', '--headers', headers, '-o', sandbox.out, tree],
      { under: WITHOUT_PRIVILEGES },
    );
    const after = await call(sandbox, 'find', [root, '-printf', '%p %s %T@\n']);
    expect(after.stdout === before.stdout).toBe(true);
    expect(await debField(file, 'Kernel-Release')).toBe(cloud);
    expect(await debField(file, 'Version')).toMatch(/^1\.0\+\d/);
    const verified = await dkmsDeb(sandbox, ['verify', '--headers', headers, file]);
    expect(verified.exitStatus, verified.output).toBe(0);
    expect(verified.output).not.toContain('not checked: vermagic');
  });
});

test('a build for unpacked headers is taken from the cache until one of the headers changes', async ({
  sandbox,
}) => {
  const tree = await driverTree('hello', sandbox.directory);
  const root = join(sandbox.directory, 'headers');
  await call(sandbox, 'sh', ['-c', 'cp -al "$0" "$1" || cp -aT "$0" "$1"', NATIVE, root]);
  const build = (headers: string) =>
    dkmsDeb(sandbox, ['bmdeb', '--headers', headers, '-k', cloud, '-o', sandbox.out, tree]);
  expect((await build(NATIVE)).stderr).toContain('compiling hello');
  expect((await build(root)).stderr).toContain('hello 1.0 is in the cache');
  const change =
    'f=$(echo "$0"/usr/src/*-common/include/linux/proc_fs.h); rm $f; echo "#error" >$f';
  await call(sandbox, 'sh', ['-c', change, root]);
  expect((await build(root)).exitStatus).toBe(10);
});

describe('another architecture', () => {
  // ddcci's makefiles look below /lib/modules themselves.
  test('its cross compiler builds two modules without a fault', async ({ sandbox }) => {
    const tree = await driverTree('ddcci-dkms', sandbox.directory);
    const args = ['bmdeb', '--headers', OTHER, '-k', `${other}/aarch64`, '-o', sandbox.out, tree];
    const [file = ''] = await dkmsDebLines(sandbox, args);
    expect(await debField(file, 'Architecture')).toBe('arm64');
    const unpacked = join(sandbox.directory, 'unpacked');
    await call(sandbox, 'dpkg-deb', ['-x', file, unpacked]);
    for (const module of await moduleFiles(unpacked)) {
      const plain = module.endsWith('.xz') ? module.slice(0, -3) : module;
      if (plain !== module) await call(sandbox, 'xz', ['-d', module]);
      const header = await call(sandbox, 'readelf', ['-hS', plain]);
      expect(header.stdout).toMatch(/Type: +REL[\s\S]*Machine: +AArch64/);
      expect(header.stdout).not.toContain('.debug_info');
    }
    const verified = await dkmsDeb(sandbox, ['verify', '--headers', OTHER, file]);
    expect(verified.exitStatus, verified.output).toBe(0);
    expect(verified.stdout).toMatch(/ok: machine, vermagic, symbols, crcs/);
  });

  test('for a kernel of this machine the status is 21', async ({ sandbox }) => {
    const tree = await driverTree('hello', sandbox.directory);
    const args = ['bmdeb', '-k', `${release}/s390x`, '-o', sandbox.out, tree];
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus).toBe(21);
    expect(result.stderr).toMatch(/are for x86_64, not for s390x\n.*--headers/);
  });
});

/**
 * Ubuntu's layout out of Debian's packages: the kernel's own directory has its programs and generated
 * headers, all else is relative links to the common directory beside it, and no path is absolute.
 */
const AS_UBUNTU = `
set -e
from=$1 to=$2/usr/src release=$3 common=$(echo "$1"/usr/src/linux-headers-*-common)
own=$to/linux-headers-$release abi=linux-headers-abi
mkdir -p "$own/arch/x86/include"
cp -aL "$common" "$to/$abi"
cp -aL "$from/usr/src/linux-headers-$release"/. "$own"
rm "$own/Makefile"
ln -s "../$abi/Makefile" "$own/Makefile"
link() { for path in "$to/$abi/$1"/*; do
  [ -e "$own/$1/\${path##*/}" ] || ln -s "$2$abi/$1/\${path##*/}" "$own/$1/\${path##*/}"
done; }
link include ../../
link arch/x86 ../../../
link arch/x86/include ../../../../
`;

test.runIf(/amd64$/.test(cloud))(
  'headers laid out as Ubuntu’s are used where they are; their place is in no module',
  async ({ sandbox }) => {
    const tree = await driverTree('hello', sandbox.directory);
    const first = join(sandbox.directory, 'first');
    const made = await call(sandbox, 'bash', ['-c', AS_UBUNTU, '-', NATIVE, first, cloud]);
    expect(made.exitStatus, made.output).toBe(0);
    const second = join(sandbox.directory, 'another/place');
    await call(sandbox, 'mkdir', ['-p', second]);
    await call(sandbox, 'cp', ['-al', join(first, 'usr'), second]);
    const before = await call(sandbox, 'find', [first, '-printf', '%p %s %T@\n']);
    for (const [root, out] of [
      [first, 'one'],
      [join(second, 'usr/src', `linux-headers-${cloud}`), 'two'],
    ] as const) {
      const args = ['--headers', root, '-o', join(sandbox.out, out), tree];
      await dkmsDebLines(sandbox, ['bmdeb', '--no-cache', ...args]);
    }
    const after = await call(sandbox, 'find', [first, '-printf', '%p %s %T@\n']);
    expect(after.stdout === before.stdout).toBe(true);
    const [one, two] = [join(sandbox.out, 'one'), join(sandbox.out, 'two')];
    expect((await call(sandbox, 'diff', ['-r', one, two])).output).toBe('');
  },
);

/**
 * The layout of Debian's packages from 7.x on, out of older ones: the Makefile says where the headers
 * are themselves. A link is absolute, so that only those below the stand-in are right.
 */
const AS_SINCE_7 = `
set -e
root=$2 release=$3 own=$2/usr/src/linux-headers-$3
cp -al "$1" "$root" 2>/dev/null || cp -aT "$1" "$root"
include=$(cat "$own/Makefile") scripts=$(readlink "$own/scripts")
rm "$own/Makefile" "$own/scripts"
printf 'KBUILD_OUTPUT=/usr/src/linux-headers-%s\\n%s\\n' "$release" "$include" >"$own/Makefile"
ln -s "/usr/\${scripts#../../}" "$own/scripts"
`;

describe('headers whose Makefile names their own directory, like those of Debian’s kernels 7.x', () => {
  async function headersSince7(sandbox: Sandbox, kernel: string): Promise<string> {
    const root = join(sandbox.directory, 'since-7');
    const made = await call(sandbox, 'bash', ['-c', AS_SINCE_7, '-', NATIVE, root, kernel]);
    expect(made.exitStatus, made.output).toBe(0);
    return root;
  }

  test('the package has the same bytes as with other headers', async ({ sandbox }) => {
    const tree = await driverTree('hello', sandbox.directory);
    const root = await headersSince7(sandbox, cloud);
    const [plain, since7] = [join(sandbox.out, 'plain'), join(sandbox.out, 'since-7')];
    const bmdeb = (headers: string, out: string, ...more: string[]) =>
      dkmsDebLines(sandbox, [
        ...['bmdeb', '--no-cache', '--headers', headers, '-k', cloud, '-o', out, ...more, tree],
      ]);
    await bmdeb(NATIVE, plain);
    const written = await bmdeb(root, since7);
    expect((await call(sandbox, 'diff', ['-r', plain, since7])).output).toBe('');
    expect(await readdir(since7)).toHaveLength(1);
    // Bug: --dry-run wanted the -common headers to be installed.
    const rename =
      'cd "$0"/usr/src && mv *-common linux-headers-none && sed -i s/-[0-9.-]*-common/-none/ */Makefile';
    await call(sandbox, 'sh', ['-c', rename, root]);
    expect(await bmdeb(root, since7, '--dry-run')).toEqual(written);
  });

  // Bug: KBUILD_OUTPUT led to the installed ones of that release, or nowhere.
  test('a copy of one of their directories elsewhere can be built for', async ({ sandbox }) => {
    const root = await headersSince7(sandbox, release);
    const copy = join(sandbox.directory, 'copy');
    await call(sandbox, 'cp', ['-a', join(root, 'usr/src', `linux-headers-${release}`), copy]);
    const crc = '0x5eed5eed';
    const change = `s/^0x[0-9a-f]{8}\t(module_layout)\t/${crc}\t\\1\t/`;
    await call(sandbox, 'sed', ['-Ei', change, join(copy, 'Module.symvers')]);
    const tree = await driverTree('hello', sandbox.directory);
    const [file = ''] = await dkmsDebLines(sandbox, [
      ...['bmdeb', '--no-cache', '--headers', copy, '-o', sandbox.out, tree],
    ]);
    const unpacked = join(sandbox.directory, 'unpacked');
    await call(sandbox, 'dpkg-deb', ['-x', file, unpacked]);
    const [module = ''] = await moduleFiles(unpacked);
    const { stdout } = await call(sandbox, 'modprobe', ['--dump-modversions', module]);
    expect(stdout).toMatch(new RegExp(`^${crc}\tmodule_layout$`, 'm'));
  });
});
