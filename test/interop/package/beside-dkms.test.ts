import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConf } from '../../../src/dkms/conf.ts';
import { evaluateConf } from '../../../src/dkms/evaluate.ts';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { writePackage } from '../../../src/package/dkms-package.ts';
import { stageModulesPackage } from '../../../src/package/modules-package.ts';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { type DebianRoot, type Suite, withDebianRoot } from '../../support/chroot.ts';
import { exampleDirectory } from '../../support/example.ts';
import { builtModule, helloDescription } from '../../support/module-build.ts';
import { dkmsDeb } from '../../support/twin.ts';

/** bookworm's kernel has its modules below /lib, trixie's below /usr/lib. */
const MODULE_DIRECTORY = { bookworm: '/lib/modules', trixie: '/usr/lib/modules' } as const;

describe.each(['bookworm', 'trixie'] as const)('beside hello-dkms with the dkms of %s', (suite) => {
  test('every dpkg call succeeds, and each kernel ends with one copy of the module', async () => {
    await withTemporaryDirectory('beside', async (scratch) => {
      const hello = await exampleDirectory('hello', scratch);
      const out = join(scratch, 'out');
      await dkmsDeb(['build', '-o', out], hello);
      const dkmsPackage = join(out, 'hello-dkms_1.0_all.deb');
      await withDebianRoot(suite, async (root) => {
        const dkms = await root.copyIn(dkmsPackage);
        await install(root, dkms);
        expect(await copies(root)).toEqual([expect.stringMatching(/\/updates\/dkms\/hello\.ko/)]);
        const [first, second] = await packModules(suite, root, scratch, hello);
        const ours = await root.copyIn(first);

        // DKMS first, then ours.
        await root.run('dpkg', ['-i', ours]);
        await expectOurs(root);
        // A kernel's hook, and a new -dkms.
        await autoinstall(root);
        await expectOurs(root);
        await root.run('/etc/kernel/postinst.d/dkms', [root.kernel], { timeoutSeconds: 240 });
        await expectOurs(root);
        // By hand it is told that the driver is not for this kernel, and that is all.
        const byHand = ['build', '-m', 'hello', '-v', '1.0', '-k', root.kernel];
        await root.run('dkms', byHand, { accept: [77] });
        expect((await root.run('find', ['/tmp', '-name', 'dkms.*'])).stdout).toBe('');
        await install(root, dkms, '--reinstall');
        await expectOurs(root);
        await root.run('dpkg', ['-i', await root.copyIn(second)]);
        await expectOurs(root);
        await root.run('dpkg', ['--purge', 'hello-dkms']);
        await expectOurs(root);

        // Ours first, then DKMS.
        await install(root, dkms);
        await expectOurs(root);
        await root.run('dpkg', ['--remove', packageName(root)]);
        expect(await copies(root)).toEqual([]);
        await autoinstall(root);
        expect(await copies(root)).toEqual([expect.stringMatching(/\/updates\/dkms\/hello\.ko/)]);
        await root.run('dpkg', ['-i', ours]);
        await root.run('dpkg', ['--purge', packageName(root)]);
        await autoinstall(root);
        expect(await copies(root)).toEqual([expect.stringMatching(/\/updates\/dkms\/hello\.ko/)]);
        await root.run('dpkg', ['--purge', 'hello-dkms']);
        expect(await copies(root)).toEqual([]);
      });
    });
    // DKMS compiles half a dozen times; on a busy machine that has taken 220 s.
  }, 600_000);
});

/** What the kernel's hook does at an upgrade; dkms before 3.0.11 took an excluded driver for a failure. */
async function autoinstall(root: DebianRoot): Promise<void> {
  await root.run('dkms', ['autoinstall', '-k', root.kernel], { timeoutSeconds: 240 });
}

async function install(root: DebianRoot, file: string, ...options: string[]): Promise<void> {
  await root.run('apt-get', ['install', '-y', ...options, file], { timeoutSeconds: 240 });
}

/** Ours is the one copy, depmod knows it, and dpkg finds every file of the package as it was packed. */
async function expectOurs(root: DebianRoot): Promise<void> {
  expect(await copies(root)).toEqual([expect.stringMatching(/\/updates\/hello\.ko/)]);
  const verified = await root.run('dpkg', ['-V', packageName(root)]);
  // The root is set up with path-exclude=/usr/share/doc/*.
  const complaints = verified.stdout
    .split('\n')
    .filter((line) => !line.includes('/usr/share/doc/'));
  expect(complaints.join('')).toBe('');
  const { stdout } = await root.run('modinfo', ['-k', root.kernel, '-n', 'hello']);
  expect(stdout).toMatch(/\/updates\/hello\.ko/);
}

async function copies(root: DebianRoot): Promise<string[]> {
  const directory = `/lib/modules/${root.kernel}/`;
  const { stdout } = await root.run('find', [directory, '-name', 'hello.ko*']);
  return stdout.split('\n').filter(Boolean);
}

function packageName(root: DebianRoot): string {
  return `hello-modules-${root.kernel}`;
}

/** Two versions of our package, with the module that the root's own DKMS has built. */
async function packModules(
  suite: Suite,
  root: DebianRoot,
  scratch: string,
  hello: string,
): Promise<[string, string]> {
  const built = join(root.directory, 'var/lib/dkms/hello/1.0', root.kernel, 'x86_64/module');
  const modules = join(scratch, 'modules');
  await rm(modules, { recursive: true, force: true });
  await mkdir(modules);
  await cp(built, modules, { recursive: true });
  const name = (await readdir(modules)).find((file) => file.startsWith('hello.ko')) ?? 'hello.ko';
  const headers: KernelHeaders = {
    release: root.kernel,
    directory: `/lib/modules/${root.kernel}/build`,
    configFile: undefined,
    config: parseKernelConfig('CONFIG_MODVERSIONS=y\n'),
    architecture: 'amd64',
    machine: 'x86_64',
    moduleDirectory: MODULE_DIRECTORY[suite],
    packageVersion: undefined,
  };
  const evaluated = await evaluateConf(join(hello, 'dkms.conf'), { kernel: headers });
  const conf = readConf(evaluated, { ...headers, config: undefined });
  const files: string[] = [];
  for (const version of ['1.0-1', '1.0-2']) {
    const build = builtModule(conf, name, join(modules, name));
    const staged = await stageModulesPackage(build, headers, helloDescription(version), {
      timestamp: 1_790_000_000,
    });
    files.push(await writePackage(staged, scratch));
  }
  return [files[0] ?? '', files[1] ?? ''];
}
