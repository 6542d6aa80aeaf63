import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { findingsOf } from '../../support/findings.ts';
import { installedKernels } from '../../support/kernels.ts';
import { makeExample } from '../../support/make-example.ts';
import { type SmallPackage, writeSmallPackage } from '../../support/small-package.ts';
import { callInProcess } from '../../support/verify-command.ts';

let directory = '';
let release = '';
let otherRelease = '';
let hello: Buffer;
/** The same driver, made for another kernel. */
let foreign: Buffer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-'));
  [release = '', otherRelease = ''] = await installedKernels();
  [hello, foreign] = (await Promise.all([stripped(release), stripped(otherRelease)])) as [
    Buffer,
    Buffer,
  ];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function stripped(kernel: string): Promise<Buffer> {
  const parent = await mkdtemp(join(directory, 'make-'));
  const module = join(await makeExample('hello', kernel, parent), 'hello.ko');
  await run('strip', ['-g', module]);
  return readFile(module);
}

/** What a tool makes of the module. */
async function changed(program: string, ...args: string[]): Promise<Buffer> {
  const file = join(directory, 'changed.ko');
  await writeFile(file, hello);
  await run(program, [...args, file]);
  return readFile(program === 'xz' ? `${file}.xz` : file);
}

const path = (name = 'updates/hello.ko') => `lib/modules/${release}/${name}`;
const DEPMOD = { postinst: 'depmod -a "$K"', postrm: 'depmod -a "$K" || true' };

function good(): SmallPackage {
  return {
    name: `hello-modules-${release}`,
    depends: `linux-image-${release} | linux-image-${release}-unsigned`,
    fields: [`Kernel-Release: ${release}`],
    files: { [path()]: hello, 'usr/share/doc/hello/copyright': 'GPL-2\n' },
    scripts: DEPMOD,
  };
}

const findings = (small: SmallPackage, ...options: string[]) =>
  findingsOf(directory, small, ...options);

describe('a package of modules', () => {
  test('without a fault', async () => {
    expect(await findings(good())).toEqual([]);
  });

  test.each<[string, (right: SmallPackage) => Partial<SmallPackage>]>([
    [
      'error wrong-md5sums, error missing-md5sums',
      () => ({ md5sums: `${'0'.repeat(32)}  ${path()}\n` }),
    ],
    ['error missing-md5sums', () => ({ md5sums: '' })],
    ['error no-md5sums', () => ({ md5sums: null })],
    ['error no-depmod', () => ({ scripts: {} })],
    ['warning depmod-release', () => ({ scripts: { ...DEPMOD, postinst: 'depmod -a' } })],
    ['warning no-depmod-postrm', () => ({ scripts: { postinst: DEPMOD.postinst } })],
    ['warning package-name', () => ({ name: `hello-kmod-${release}` })],
    ['warning no-image-dependency', () => ({ depends: 'kmod' })],
    ['error control-file, error relations', () => ({ depends: 'a b c' })],
    ['error kernel-release', () => ({ fields: ['Kernel-Release: 6.1.0-1-amd64'] })],
    ['error wrong-machine', () => ({ architecture: 'arm64' })],
    ['warning dkms-directory', () => ({ files: { [path('updates/dkms/hello.ko')]: hello } })],
    ['warning module-directory', () => ({ files: { [path('extra/hello.ko')]: hello } })],
    ['warning module-base', () => ({ files: { [`usr/${path()}`]: hello } })],
    [
      'error several-copies, warning module-directory',
      () => ({ files: { [path()]: hello, [path('extra/hello.ko')]: hello } }),
    ],
    ['error wrong-vermagic, error wrong-crcs', () => ({ files: { [path()]: foreign } })],
    ['error empty', () => ({ files: { [path()]: '' } })],
    ['error no-module', () => ({ files: { [path()]: 'not an object\n' } })],
    ['error wrong-suffix', () => ({ files: { [path('updates/hello.ko.xz')]: hello } })],
  ])('%s', async (expected, change) => {
    const right = good();
    expect((await findings({ ...right, ...change(right) })).join(', ')).toBe(expected);
  });

  test('whose modules binutils and xz have changed', async () => {
    const withModule = (bytes: Buffer, name?: string) => ({
      ...good(),
      files: { [path(name)]: bytes },
    });
    const without = (section: string) => changed('objcopy', '--remove-section', section);
    expect(await findings(withModule(await without('.modinfo')))).toEqual([
      'error no-modinfo',
      'error no-vermagic',
      // Without its licence it is not for it.
      ...(await gplOnly()),
    ]);
    expect(await findings(withModule(await without('__versions')))).toEqual(['error no-crcs']);
    const xz = await changed('xz', '-kf');
    expect(await findings(withModule(xz, 'updates/hello.ko.xz'))).toEqual([
      'warning xz-check',
      'warning other-compression',
    ]);
  });

  /** Whether hello imports GPL-only symbols is a matter of the kernel. */
  async function gplOnly(): Promise<string[]> {
    const symvers = await readFile(`/lib/modules/${release}/build/Module.symvers`, 'utf8');
    const listed = (await run('nm', ['-u', join(directory, 'changed.ko')])).stdout;
    const imports = listed.split('\n').map((line) => line.trim().split(' ').at(-1));
    const isGpl = imports.some((name) =>
      symvers.includes(`\t${name}\tvmlinux\tEXPORT_SYMBOL_GPL\t`),
    );
    return isGpl ? ['error gpl-only-symbols'] : [];
  }

  test('for a kernel without headers on this machine: verify says what it could not check', async () => {
    const unknown = '6.1.0-999-amd64';
    const right = good();
    const found = await findings({
      name: `hello-modules-${unknown}`,
      depends: `linux-image-${unknown}`,
      files: { [`lib/modules/${unknown}/updates/hello.ko`]: hello },
      scripts: right.scripts ?? {},
    });
    expect(found).toEqual([
      'unchecked headers',
      'error wrong-vermagic',
      'unchecked symbols',
      'unchecked compression',
    ]);
  });

  test('against headers in a directory, and against those of another kernel', async () => {
    const headers = (kernel: string) => ['--headers', `/lib/modules/${kernel}/build`];
    expect(await findings(good(), ...headers(release))).toEqual([]);
    expect(await findings(good(), ...headers(otherRelease))).toEqual([
      'unchecked headers',
      'unchecked vermagic',
      'unchecked symbols',
      'unchecked compression',
    ]);
  });
});

test('modules that import from those of another package', async () => {
  const parent = await mkdtemp(join(directory, 'make-'));
  const tree = await makeExample('duo', release, parent);
  const small = async (name: string, file: string) => {
    await run('strip', ['-g', join(tree, file)]);
    const files = { [path(`updates/${basename(file)}`)]: await readFile(join(tree, file)) };
    return writeSmallPackage(directory, { ...good(), name: `${name}-modules-${release}`, files });
  };
  const core = await small('core', 'core/duo_core.ko');
  const dev = await small('dev', 'dev/duo_dev.ko');
  const both = await callInProcess('verify', '-q', core, dev);
  expect(both).toMatchObject({ status: 0, stderr: '' });
  const missing = await callInProcess('verify', '-q', dev);
  expect(missing.status).toBe(1);
  expect(missing.stdout).toMatch(/\[unknown-symbols\].*\[missing-depends\]/s);
  const symvers = ['--symvers', join(tree, 'Module.symvers')];
  expect((await callInProcess('verify', '-q', dev, ...symvers)).status).toBe(0);
});

test('a file that is not a package, or has nothing to check', async () => {
  const broken = join(directory, 'broken.deb');
  await writeFile(broken, 'not an archive\n');
  const cut = join(directory, 'cut.deb');
  await writeFile(
    cut,
    (await readFile(await writeSmallPackage(directory, good()))).subarray(0, 900),
  );
  const empty = await writeSmallPackage(directory, {
    name: 'empty-dkms',
    files: { 'usr/bin/x': 'x' },
  });
  for (const file of [broken, cut, join(directory, 'missing.deb')]) {
    const { status, stderr } = await callInProcess('verify', '-q', file);
    expect(status, file).toBe(1);
    expect(stderr, file).toContain(file);
  }
  const nothing = await callInProcess('verify', '-q', empty);
  expect(nothing).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('nothing-to-verify'),
  });
});
