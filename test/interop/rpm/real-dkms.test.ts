import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { escapeRegExp } from '../../../src/system/text/escape-reg-exp.ts';
import { asRoot } from '../../support/as-root.ts';
import { withDebianRoot } from '../../support/chroot.ts';
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
dkms install -m hello -v 1.0 -k $(ls /lib/modules)
%preun
dkms remove -m hello -v 1.0 --all
%files
/usr/src/hello-1.0
`;

/**
 * Builds hello 1.0-1, 1.0-2, one that replaces the package `hello`, and 1.1-1, which has another greeting in the module;
 * and `hello`.
 */
async function buildPackages(sandbox: Sandbox) {
  const tree = await exampleDirectory('hello', sandbox.directory);
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

for (const suite of ['bookworm', 'trixie'] as const) {
  test(`with the DKMS of ${suite} the module of the installed version is there after each step`, {
    timeout: 1_800_000,
  }, async ({ sandbox }) => {
    const { first, second, newer, old, replacing } = await buildPackages(sandbox);
    await withDebianRoot(suite, async ({ directory, kernel, run: inRoot }) => {
      // depmod would read the kernel's 4000 modules ten times, which takes most of the time.
      await asRoot(['rm', '-rf', join(directory, 'lib/modules', kernel, 'kernel')]);
      const rpm = async (...args: string[]) => {
        const script = 'mount -t proc proc "$0/proc" && exec rpm --root "$0" "$@"';
        const enter = ['unshare', '--mount', '--', 'sh', '-c', script, directory];
        return asRoot([...enter, '--nodeps', '--nosignature', ...args], { timeoutSeconds: 900 });
      };
      const status = async () => {
        const { stdout } = await inRoot('dkms', ['status']);
        return stdout.trim().split('\n');
      };
      const modules = async () => {
        const place = join(directory, 'lib/modules', kernel, 'updates/dkms');
        return (await readdir(place).catch(() => [])).filter((name) => /^hello\.ko/.test(name));
      };
      const expectOnly = async (version: string) => {
        expect(await status()).toEqual([
          expect.stringMatching(
            new RegExp(`^hello/${version}, ${escapeRegExp(kernel)}, \\w+: installed$`),
          ),
        ]);
        expect((await modules()).length).toBe(1);
      };
      await asRoot(['rpm', '--root', directory, '--initdb']);
      await rpm('-i', first);
      await expectOnly('1.0');
      await rpm('-i', '--replacepkgs', first);
      await expectOnly('1.0');
      await rpm('-U', second);
      await expectOnly('1.0');
      await rpm('-U', newer);
      await expectOnly('1.1');
      await rpm('-U', '--oldpackage', first);
      await expectOnly('1.0');
      expect((await rpm('-V', 'hello-dkms')).stdout).toBe('');
      await rpm('-e', 'hello-dkms');
      await rpm('-i', old);
      await rpm('-U', replacing);
      await expectOnly('1.0');
      const all = await asRoot(['rpm', '--root', directory, '-qa']);
      expect(all.stdout).toBe('hello-dkms-1.0-3.noarch\n');
      expect((await rpm('-V', 'hello-dkms')).stdout).toBe('');
      await rpm('-e', 'hello-dkms');
      expect(await status()).toEqual(['']);
      expect(await modules()).toEqual([]);
      expect(
        (await readdir(join(directory, 'usr/src'))).filter((name) => /hello/.test(name)),
      ).toEqual([]);
      expect(
        (await readdir(join(directory, 'var/lib/dkms'))).filter((name) => /hello/.test(name)),
      ).toEqual([]);
    });
  });
}
