import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { escapeRegExp } from '../../../src/system/text/escape-reg-exp.ts';
import { asRoot } from '../../support/as-root.ts';
import { withDebianRoot } from '../../support/chroot.ts';
import { exampleDirectory } from '../../support/example.ts';
import { dkmsDebLines, type Sandbox, sandboxTest as test } from '../../support/sandbox.ts';

/** Builds hello 1.0 and 1.1, the second with another greeting in the module. */
async function buildPackages(sandbox: Sandbox): Promise<{ first: string; newer: string }> {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const build = async (name: string) => {
    const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', sandbox.out, tree]);
    const target = join(sandbox.directory, name);
    await rename(file, target);
    return target;
  };
  const first = await build('first.rpm');
  for (const name of ['dkms.conf', 'hello.c']) {
    const text = await readFile(join(tree, name), 'utf8');
    await writeFile(join(tree, name), text.replaceAll(/\b1\.0\b/g, '1.1'));
  }
  return { first, newer: await build('newer.rpm') };
}

for (const suite of ['bookworm'] as const) {
  test(`with the DKMS of ${suite} the module of the installed version is there after each step`, {
    timeout: 600_000,
  }, async ({ sandbox }) => {
    const { first, newer } = await buildPackages(sandbox);
    await withDebianRoot(suite, async ({ directory, kernel, run }) => {
      const rpm = async (...args: string[]) => {
        const script = 'mount -t proc proc "$0/proc" && exec rpm --root "$0" "$@"';
        const enter = ['unshare', '--mount', '--', 'sh', '-c', script, directory];
        return asRoot([...enter, '--nodeps', '--nosignature', ...args], { timeoutSeconds: 300 });
      };
      const status = async () => {
        const { stdout } = await run('dkms', ['status']);
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
      await rpm('-U', newer);
      await expectOnly('1.1');
      await rpm('-U', '--oldpackage', first);
      await expectOnly('1.0');
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
