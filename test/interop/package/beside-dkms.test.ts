import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConf } from '../../../src/dkms/conf/conf.ts';
import { evaluateConf } from '../../../src/dkms/conf/evaluate.ts';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { stageModulesPackage } from '../../../src/package/modules/modules-package.ts';
import { writePackage } from '../../../src/package/staged-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { type DebianRoot, type Suite, withDebianRoot } from '../../support/chroot.ts';
import { compileOnce } from '../../support/compiled-once.ts';
import { exampleDirectory } from '../../support/example.ts';
import { builtModule, helloDescription } from '../../support/module-build.ts';
import { callCommand } from '../../support/twin.ts';

/** bookworm's kernel has its modules below /lib, trixie's below /usr/lib. */
const MODULE_DIRECTORY = { bookworm: '/lib/modules', trixie: '/usr/lib/modules' } as const;

describe.each(['bookworm', 'trixie'] as const)('beside hello-dkms with the dkms of %s', (suite) => {
  test('every call of dpkg succeeds, and each kernel has one copy of the module in the end', async () => {
    await withTemporaryDirectory('beside', async (scratch) => {
      const hello = await exampleDirectory('hello', scratch);
      await compileOnce(hello);
      const [oldDkms, newDkms] = await packDkms(hello, scratch);
      await withDebianRoot(suite, async (root) => {
        const dkms = await root.copyIn(oldDkms);
        const upgrade = await root.copyIn(newDkms);
        await install(root, dkms);
        expect(await copies(root)).toEqual([BY_DKMS]);
        const pack = (version: string, release = root.kernel) =>
          packModules(suite, root, { scratch, hello, version, release });
        const ours = await root.copyIn(await pack('1.0-1'));

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
        // A -dkms with another version of the driver than ours.
        await install(root, upgrade);
        await expectOurs(root);
        await autoinstall(root);
        await expectOurs(root);
        await root.run('dpkg', ['-i', await root.copyIn(await pack('1.0-2'))]);
        await expectOurs(root);
        await root.run('dpkg', ['--purge', 'hello-dkms']);
        await expectOurs(root);

        // Ours first, then DKMS and its upgrade.
        await install(root, dkms);
        await expectOurs(root);
        await install(root, upgrade);
        await expectOurs(root);
        await root.run('dpkg', ['--remove', packageName(root.kernel)]);
        expect(await copies(root)).toEqual([]);
        await autoinstall(root);
        expect(await copies(root)).toEqual([BY_DKMS]);
        expect(await version(root)).toBe('1.1');
        // Ours after the upgrade: DKMS's copy of the other version goes, and does not come back.
        await root.run('dpkg', ['-i', ours]);
        await autoinstall(root);
        await expectOurs(root);

        // Another kernel's package shares a file with ours, and has no say about this kernel.
        const other = `${root.kernel}-other`;
        const others = await root.copyIn(await pack('1.0-1', other));
        await root.run('dpkg', ['--force-depends', '-i', others]);
        await root.run('dpkg', ['--purge', packageName(root.kernel)]);
        expect(await guards(root)).toEqual([
          `/etc/dkms/hello--${other}.conf`,
          `/etc/dkms/hello-1.0-${other}.conf`,
          '/etc/dkms/hello.conf',
        ]);
        await autoinstall(root);
        expect(await copies(root)).toEqual([BY_DKMS]);
        await root.run('dpkg', ['--purge', 'hello-dkms', packageName(other)]);
        expect(await copies(root)).toEqual([]);
        expect(await guards(root)).toEqual([]);

        // What the administrator says of the driver stays.
        const own = '/etc/dkms/hello.conf';
        await root.run('sh', ['-c', 'echo "# mine" >"$0"', own]);
        await root.run('dpkg', ['-i', ours]);
        await root.run('dpkg', ['--purge', packageName(root.kernel)]);
        expect((await root.run('cat', [own])).stdout).toBe('# mine\n');
        expect(await guards(root)).toEqual([own]);
      });
    });
    // DKMS compiles half a dozen times; on a busy machine that has taken 220 s.
  }, 600_000);
});

const BY_DKMS: unknown = expect.stringMatching(/\/updates\/dkms\/hello\.ko/);

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
  const verified = await root.run('dpkg', ['-V', packageName(root.kernel)]);
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

/** MODULE_VERSION of the copy that modprobe would take. */
async function version(root: DebianRoot): Promise<string> {
  const args = ['-k', root.kernel, '-F', 'version', 'hello'];
  return (await root.run('modinfo', args)).stdout.trim();
}

/** What there is in /etc/dkms about the driver. */
async function guards(root: DebianRoot): Promise<string[]> {
  const { stdout } = await root.run('find', ['/etc/dkms', '-name', 'hello*']);
  return stdout.split('\n').filter(Boolean).sort();
}

function packageName(release: string): string {
  return `hello-modules-${release}`;
}

/** hello-dkms 1.0, and 1.1 with another MODULE_VERSION. */
async function packDkms(hello: string, scratch: string): Promise<[string, string]> {
  const next = join(scratch, 'next');
  await cp(hello, next, { recursive: true });
  for (const file of ['dkms.conf', 'hello.c']) {
    const text = await readFile(join(next, file), 'utf8');
    expect(text).toContain('"1.0"');
    await writeFile(join(next, file), text.replace('"1.0"', '"1.1"'));
  }
  const out = join(scratch, 'out');
  for (const tree of [hello, next]) await callCommand(['build', '-o', out], tree);
  return [join(out, 'hello-dkms_1.0_all.deb'), join(out, 'hello-dkms_1.1_all.deb')];
}

/** A package of ours, with the module that the root's own DKMS has built of version 1.0. */
async function packModules(
  suite: Suite,
  root: DebianRoot,
  wanted: { scratch: string; hello: string; version: string; release: string },
): Promise<string> {
  const { scratch, hello, version, release } = wanted;
  const built = join(root.directory, 'var/lib/dkms/hello/1.0', root.kernel, 'x86_64/module');
  const modules = join(scratch, 'modules');
  // Ours makes DKMS forget it.
  if (!existsSync(modules)) await cp(built, modules, { recursive: true });
  const name = (await readdir(modules)).find((file) => file.startsWith('hello.ko')) ?? 'hello.ko';
  const headers: KernelHeaders = {
    release,
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
  const build = builtModule(conf, name, join(modules, name));
  const times = { timestamp: 1_790_000_000 };
  const staged = await stageModulesPackage(build, headers, helloDescription(version), times);
  return writePackage(staged, scratch);
}
