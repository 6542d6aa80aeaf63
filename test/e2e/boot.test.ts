import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { debField } from '../support/deb-payload.ts';
import { parseModules, runInVm, type StepResult } from '../support/debian-vm.ts';
import { type DriverName, driverTree } from '../support/driver.ts';
import { exampleDirectory } from '../support/example.ts';
import { bootableKernels } from '../support/kernels.ts';
import { moduleFiles } from '../support/module-files.ts';
import { plainModule } from '../support/plain-module.ts';
import { dkmsDebLines, shareModules } from '../support/sandbox.ts';
import { sharedSandbox } from '../support/shared-sandbox.ts';
import { makePair, type Pair } from '../support/sign-pairs.ts';
import { makeVmRoot, type VmRoot } from '../support/vm-initramfs.ts';

const kernels = await bootableKernels();

/**
 * Of the archive, three that both kernels compile and that load on any PC: acpi-call asks the firmware,
 * igb_uio wants a module of the kernel, LiME reads all memory.
 */
const DRIVERS = [
  'hello',
  'duo',
  'acpi-call-dkms',
  'dpdk-kmods-dkms',
  'lime-forensics-dkms',
] as const;
/** One that 6.12 does not compile, and that wants several modules of the kernel. */
const ONLY_OLD = 'v4l2loopback-dkms';
const isOld = (release: string) => release.startsWith('6.1.');

/** Modules and what loads them; duo_dev brings duo_core with it, netcount is that of examples/plain. */
const MODULES: Readonly<Record<string, string>> = {
  acpi_call: 'modprobe acpi_call',
  duo_core: '',
  duo_dev: 'modprobe duo_dev',
  hello: 'modprobe hello',
  igb_uio: 'modprobe igb_uio',
  lime: 'modprobe lime path=/dev/null format=raw',
  netcount: 'modprobe netcount',
};
const modulesFor = (release: string): Record<string, string> =>
  isOld(release) ? { ...MODULES, v4l2loopback: 'modprobe v4l2loopback' } : { ...MODULES };

/** All files but logs and what dpkg, apt and the steps keep for themselves. */
const LIST_FILES = `find / -xdev -type f | sort | grep -v -E '^/(tmp|var/(log|cache|lib/apt))/|-old$'`;

function stepsFor(release: string, packages: string): Record<string, string> {
  const commands = Object.values(modulesFor(release)).filter(Boolean);
  const names = Object.keys(modulesFor(release));
  return {
    // A machine that runs this kernel has had its postinst's depmod.
    before: `depmod && ${LIST_FILES} >/tmp/before`,
    sums: 'cat /lib/modules/*/modules.dep /lib/modules/*/modules.symbols >/tmp/dep',
    install: 'dpkg -i /packages/*.deb',
    verify: `dpkg -V ${packages}`,
    load: `set -e; ${commands.join('; ')}`,
    modules: 'cat /proc/modules',
    where: `for m in ${names.join(' ')}; do modinfo -n $m; done`,
    signers: `for m in ${names.join(' ')}; do echo "$m: $(modinfo -F signer $m)"; done`,
    tainted: 'cat /proc/sys/kernel/tainted',
    hello: 'cat /proc/hello',
    duo: 'printf abc >/dev/duo && od -An -tx1 /dev/duo',
    // There is no such method; acpi_call has asked the firmware and says so.
    acpi: 'echo x >/proc/acpi/call; tr -d "\\0" </proc/acpi/call',
    igb: 'ls -1 /sys/bus/pci/drivers',
    netcount: 'cat /proc/netcount',
    video: 'ls -1 /dev',
    unload: `modprobe -r ${names.toReversed().join(' ')} && cat /proc/modules`,
    // From here on the kernel takes only what a key that it knows has signed; ours is not enrolled.
    enforce: 'dmesg -C && echo Y >/sys/module/module/parameters/sig_enforce',
    signed: 'modprobe hello; dmesg -c',
    unsigned: 'modprobe netcount; dmesg -c',
    purge: `apt-get purge -y ${packages}`,
    left: `${LIST_FILES} | diff /tmp/before -; cat /lib/modules/*/modules.dep /lib/modules/*/modules.symbols | diff /tmp/dep -`,
  };
}

const shared = sharedSandbox();
let root: VmRoot;
let pair: Pair;

/** Packages by kernel: the drivers' with a signature, plain's without. */
const packages = new Map<string, string[]>();

beforeAll(async () => {
  const sandbox = shared();
  await shareModules(sandbox);
  root = await makeVmRoot(sandbox.directory);
  pair = await makePair(sandbox.directory, 'vm');
  const build = async (tree: string, releases: readonly string[], ...more: string[]) => {
    const flags = releases.flatMap((release) => ['-k', release]);
    const args = ['bmdeb', ...flags, '-o', sandbox.out, ...more, tree];
    for (const file of await dkmsDebLines(sandbox, args)) {
      const release = releases.find((each) => file.includes(`-modules-${each}_`)) ?? '';
      packages.set(release, [...(packages.get(release) ?? []), file]);
    }
  };
  const signed = ['--sign-key', pair.key, '--sign-cert', pair.certificate];
  const tree = (driver: DriverName) => driverTree(driver, join(sandbox.directory, driver));
  for (const driver of DRIVERS) await build(await tree(driver), kernels, ...signed);
  await build(await tree(ONLY_OLD), kernels.filter(isOld), ...signed);
  const plain = await exampleDirectory('plain', sandbox.directory);
  for (const release of kernels) {
    if (!isOld(release)) await build(plain, [release]);
    else await build(plain, [release], '--headers', await zstdHeaders(release, sandbox.directory));
  }
});

/** The kernel's headers with another word for the compression of modules; no Debian kernel has zstd. */
async function zstdHeaders(release: string, parent: string): Promise<string> {
  const headers = join(parent, 'headers', release);
  await mkdir(join(parent, 'headers'), { recursive: true });
  await run('cp', ['-aL', `/lib/modules/${release}/build`, headers]);
  for (const file of ['.config', 'include/config/auto.conf']) {
    const text = await readFile(join(headers, file), 'utf8');
    const changed = text.replace(
      /^CONFIG_MODULE_COMPRESS_NONE=y$/m,
      'CONFIG_MODULE_COMPRESS_ZSTD=y',
    );
    expect(changed).not.toBe(text);
    await writeFile(join(headers, file), changed);
  }
  return headers;
}

test("the set-up has fetched Debian's kernels 6.1 and 6.12", () => {
  expect(kernels.filter(isOld)).not.toEqual([]);
  expect(kernels.filter((release) => release.startsWith('6.12.'))).not.toEqual([]);
});

describe.each(kernels)("Debian's %s", (release) => {
  const modules = modulesFor(release);
  const names = Object.keys(modules);
  let steps: Record<string, StepResult>;
  const output = (step: string) => steps[step]?.output ?? '';

  beforeAll(async () => {
    const files = packages.get(release) ?? [];
    const fields = await Promise.all(files.map((file) => debField(file, 'Package')));
    const request = stepsFor(release, fields.join(' '));
    steps = await runInVm({ release, root, packages: files, steps: request });
  });

  test('dpkg installs the packages, with the dependencies they have', () => {
    expect(steps.install).toMatchObject({ status: 0 });
    expect(output('install')).not.toMatch(/warning|error/i);
    expect(steps.verify).toEqual({ status: 0, output: '' });
  });

  test('modprobe finds the modules after postinst has run depmod, and loads the modules that they need', () => {
    expect(steps.load).toEqual({ status: 0, output: '' });
    const suffix = (name: string) => (isOld(release) ? (name === 'netcount' ? '.zst' : '') : '.xz');
    const paths = output('where').split('\n').filter(Boolean);
    expect(paths.map((path) => path.replace(/^\/usr/, '').replace(/-/g, '_'))).toEqual(
      names.map((name) =>
        expect.stringMatching(new RegExp(`/updates/(.*/)?${name}\\.ko${suffix(name)}$`)),
      ),
    );
    const loaded = parseModules(output('modules'));
    for (const name of names) {
      expect(loaded).toContainEqual(expect.objectContaining({ name, state: 'Live', taints: 'OE' }));
    }
    const usedBy = (name: string) => loaded.find((each) => each.name === name)?.usedBy;
    expect(usedBy('duo_core')).toEqual(['duo_dev']);
    expect(usedBy('uio')).toEqual(['igb_uio']);
    if (isOld(release)) expect(usedBy('videodev')).toContain('v4l2loopback');
  });

  test('the modules do their work', () => {
    expect(output('hello')).toContain('Hello, world!');
    expect(output('duo')).toContain('03 00 61 62 63');
    expect(output('acpi')).toMatch(/^Error: AE_/);
    expect(output('igb')).toContain('igb_uio');
    expect(steps.netcount).toMatchObject({ status: 0 });
    if (isOld(release)) expect(output('video')).toMatch(/^video0$/m);
    expect(steps.unload).toMatchObject({ status: 0 });
    for (const name of names) expect(output('unload')).not.toMatch(new RegExp(`^${name} `, 'm'));
  });

  test('modinfo names the signer; the kernel is tainted by out-of-tree modules (4096) with an unknown key (8192)', () => {
    const signers = names.map((name) => `${name}: ${name === 'netcount' ? '' : 'vm signer'}`);
    expect(output('signers').split('\n').filter(Boolean)).toEqual(signers);
    expect(Number(output('tainted')) & (4096 | 8192)).toBe(4096 | 8192);
  });

  test('a kernel that requires signatures reports an unknown key and a missing signature differently', () => {
    expect(steps.enforce).toEqual({ status: 0, output: '' });
    expect(output('signed')).toMatch(/loading of module with unavailable key is rejected/i);
    expect(output('unsigned')).toMatch(/loading of unsigned module is rejected/i);
  });

  test('openssl verifies every signature', async () => {
    const unpacked = join(shared().directory, 'unpacked', release);
    await mkdir(unpacked, { recursive: true });
    for (const file of packages.get(release) ?? []) await run('dpkg-deb', ['-x', file, unpacked]);
    const signed = (await Promise.all((await moduleFiles(unpacked)).map(plainModule))).filter(
      ({ name }) => name !== 'netcount.ko',
    );
    expect(signed).toHaveLength(names.length - 1);
    for (const { name, bytes, signature } of signed) {
      const file = join(unpacked, name);
      await writeFile(file, bytes);
      await writeFile(`${file}.p7s`, signature ?? '');
      const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', `${file}.p7s`];
      verify.push('-content', file, '-certfile', pair.certificate, '-nointern', '-noverify');
      await run('openssl', [...verify, '-out', '/dev/null']);
    }
  });

  test('apt-get purge leaves nothing behind', () => {
    expect(steps.purge).toMatchObject({ status: 0 });
    expect(steps.left).toEqual({ status: 0, output: '' });
  });
});
