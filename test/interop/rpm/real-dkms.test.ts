import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { escapeRegExp } from '../../../src/system/text/escape-reg-exp.ts';
import { asRoot } from '../../support/as-root.ts';
import { type DebianRoot, withDebianRoot } from '../../support/chroot.ts';
import { compileOnce } from '../../support/compiled-once.ts';
import { exampleDirectory } from '../../support/example.ts';
import { dkmsDebLines, type Sandbox, sandboxTest as test } from '../../support/sandbox.ts';

/** A package that removes its version from DKMS whenever it goes, also at an upgrade. */
const OLD = `Name: hello
Version: 1.0
Release: 1
Summary: x
License: MIT
BuildArch: noarch
AutoReqProv: no
%description
x
%install
mkdir -p %{buildroot}/usr/src
cp -r TREE %{buildroot}/usr/src/hello-1.0
rm -rf %{buildroot}/usr/src/hello-1.0/{debian,rpm}
%post
dkms add -m hello -v 1.0
for kernel in $(ls /lib/modules); do dkms install -m hello -v 1.0 -k $kernel; done
%preun
dkms remove -m hello -v 1.0 --all
%files
/usr/src/hello-1.0
`;

/**
 * Builds hello 1.0-1, 1.0-2, one that replaces the package `hello`, and 1.1-1, which has another greeting in the
 * module; and `hello`.
 */
async function buildPackages(sandbox: Sandbox) {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await compileOnce(tree);
  await writeFile(join(sandbox.directory, 'old.spec'), OLD.replace('TREE', tree));
  const top = join(sandbox.directory, 'top');
  const spec = join(sandbox.directory, 'old.spec');
  await run('rpmbuild', ['-bb', '--define', `_topdir ${top}`, spec], {
    env: { HOME: sandbox.directory },
  });
  const old = join(top, 'RPMS/noarch/hello-1.0-1.noarch.rpm');
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  const written = join(tree, 'rpm/hello-dkms.spec');
  const text = await readFile(written, 'utf8');
  const build = async (name: string, release?: string) => {
    const changed = release === undefined ? text : text.replace(/^Release: .*/m, release);
    if (release !== undefined) await writeFile(written, changed);
    const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', sandbox.out, tree]);
    const target = join(sandbox.directory, name);
    await rename(file, target);
    return target;
  };
  const first = await build('first.rpm');
  const second = await build('second.rpm', 'Release: 2');
  const replacing = await build('replacing.rpm', 'Release: 3\nObsoletes: hello <= 1.0-3');
  await writeFile(written, text);
  for (const name of ['dkms.conf', 'hello.c']) {
    const text = await readFile(join(tree, name), 'utf8');
    await writeFile(join(tree, name), text.replaceAll(/\b1\.0\b/g, '1.1'));
  }
  await dkmsDebLines(sandbox, ['init', '-q', tree]);
  return { first, second, newer: await build('newer.rpm'), old, replacing };
}

/**
 * Adds a second kernel to a root: the headers of the first one under another release, which their modules then have in
 * vermagic. Returns its release.
 */
async function addKernel({ directory, kernel }: DebianRoot): Promise<string> {
  const release = `${kernel.replace(/-amd64$/, '')}.2-amd64`;
  const script = `cd "$1" && cp -al "usr/src/linux-headers-$2" "usr/src/linux-headers-$3" && mkdir "lib/modules/$3" &&
    cd "usr/src/linux-headers-$3/include" && rm config/kernel.release generated/utsrelease.h &&
    echo "$3" >config/kernel.release && printf '#define UTS_RELEASE "%s"' "$3" >generated/utsrelease.h &&
    ln -s "../../../src/linux-headers-$3" "$1/lib/modules/$3/build" &&
    cp -P "$1/lib/modules/$2/source" "$1/lib/modules/$3"`;
  await asRoot(['sh', '-c', script, 'sh', directory, kernel, release]);
  return release;
}

/** A root with two kernels, in which rpm installs packages and the real DKMS compiles. */
class RealRoot {
  readonly #root: DebianRoot;
  readonly #kernels: readonly string[];
  /** What rpm, and with it DKMS, said last. */
  #said = '';

  constructor(root: DebianRoot, kernels: readonly string[]) {
    this.#root = root;
    this.#kernels = kernels;
  }

  async rpm(...args: string[]): Promise<string> {
    const script = 'mount -t proc proc "$0/proc" && exec rpm --root "$0" "$@"';
    const enter = ['unshare', '--mount', '--', 'sh', '-c', script, this.#root.directory];
    const options = { timeoutSeconds: 900 };
    // A query knows no --nodeps.
    const noDeps = args[0] === '-qa' ? [] : ['--nodeps'];
    const words = [...enter, ...noDeps, '--nosignature', ...args];
    const { stdout, output } = await asRoot(words, options);
    this.#said = output;
    return stdout;
  }

  /** Expects that DKMS has this version only, and both kernels its module, and that no file of the package differs. */
  async expectOnly(version: string): Promise<void> {
    const { directory } = this.#root;
    const { stdout } = await this.#root.run('dkms', ['status']);
    expect(stdout.trim().split('\n').sort(), this.#said).toEqual(
      this.#kernels.map((kernel) =>
        expect.stringMatching(
          new RegExp(`^hello/${version}, ${escapeRegExp(kernel)}, \\w+: installed$`),
        ),
      ),
    );
    for (const kernel of this.#kernels) {
      const folder = join('/lib/modules', kernel, 'updates/dkms');
      const modules = await readdir(join(directory, folder));
      expect(modules.length).toBe(1);
      const about = async (field: string) =>
        (await this.#root.run('modinfo', ['-F', field, join(folder, modules[0] ?? '')])).stdout;
      expect(await about('version')).toBe(`${version}\n`);
      expect((await about('vermagic')).split(' ')[0]).toBe(kernel);
    }
    expect(await this.rpm('-V', 'hello-dkms')).toBe('');
  }

  /** Expects that nothing of the packages is left. */
  async expectNothing(): Promise<void> {
    const { directory } = this.#root;
    expect((await this.#root.run('dkms', ['status'])).stdout).toBe('');
    const places = ['lib/modules/', 'usr/src', 'usr/share', 'var/lib/dkms', 'etc'];
    const words = places.map((place) => join(directory, place));
    const { stdout } = await asRoot(['find', ...words, '-name', '*hello*']);
    expect(stdout).toBe('');
  }
}

for (const suite of ['bookworm', 'trixie'] as const) {
  test(`with the DKMS of ${suite}, each of two kernels has the module of the installed version after each step`, {
    timeout: 1_800_000,
  }, async ({ sandbox }) => {
    const { first, second, newer, old, replacing } = await buildPackages(sandbox);
    await withDebianRoot(suite, async (debian) => {
      const { directory, kernel } = debian;
      // depmod would read the kernel's 4000 modules ten times, which takes most of the time.
      await asRoot(['rm', '-rf', join(directory, 'lib/modules', kernel, 'kernel')]);
      const root = new RealRoot(debian, [kernel, await addKernel(debian)].sort());
      await asRoot(['rpm', '--root', directory, '--initdb']);
      await root.rpm('-i', first);
      await root.expectOnly('1.0');
      await root.rpm('-i', '--replacepkgs', first);
      await root.expectOnly('1.0');
      await root.rpm('-U', second);
      await root.expectOnly('1.0');
      await root.rpm('-U', newer);
      await root.expectOnly('1.1');
      await root.rpm('-U', '--oldpackage', first);
      await root.expectOnly('1.0');
      await root.rpm('-e', 'hello-dkms');
      await root.expectNothing();
      await root.rpm('-i', old);
      await root.rpm('-U', replacing);
      await root.expectOnly('1.0');
      expect(await root.rpm('-qa')).toBe('hello-dkms-1.0-3.noarch\n');
      await root.rpm('-e', 'hello-dkms');
      await root.expectNothing();
    });
  });
}
