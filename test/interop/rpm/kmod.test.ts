import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { asRoot } from '../../support/as-root.ts';
import { queryRpm, rpmOfLines } from '../../support/built-rpm.ts';
import { exampleDirectory } from '../../support/example.ts';
import { findingsIn } from '../../support/findings.ts';
import { kernelDefaultDevel, kernelDevel } from '../../support/fixture-headers.ts';
import { RpmRoot } from '../../support/rpm-root.ts';
import { call, dkmsDeb, dkmsDebLines, makeSandbox, type Sandbox } from '../../support/sandbox.ts';
import { makePair, signingOptions } from '../../support/sign-pairs.ts';

/** The headers are the machine's: those of Fedora cannot be had where only Debian's archive is. */
const FEDORA = '6.17.8-300.fc43.x86_64';
const SUSE = '6.4.0-150600.21-default';
const NAME = `kmod-hello-${FEDORA}`;

let parent = '';
let sandbox: Sandbox;
let headers = '';
let built = '';

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rpm-kmod-'));
  sandbox = await makeSandbox(parent);
  headers = join(parent, 'headers');
  await kernelDevel(headers, {
    release: FEDORA,
    utsVersion: '#1 SMP PREEMPT_DYNAMIC',
    config: { CONFIG_MODULE_COMPRESS_NONE: 'n', CONFIG_MODULE_COMPRESS_XZ: 'y' },
  });
  await exampleDirectory('hello', parent);
  [built = ''] = await bmdeb('-o', sandbox.out);
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const options = () => ['bmdeb', '-q', '--format', 'rpm', '--headers', headers];
const bmdeb = (...args: string[]) =>
  dkmsDebLines(sandbox, [...options(), ...args, join(parent, 'hello')]);

/** Lines of a package that stands for the kernel. */
const KERNEL = `Provides: kernel-uname-r = ${FEDORA}\nProvides: /bin/sh\n%description\nx\n%files`;
const made = (name: string, lines: readonly string[]) => rpmOfLines(parent, name, lines);

describe('the package for a kernel-devel tree', () => {
  test('has the modules in extra/, the relations of kmodtool, and nothing that rpmbuild guessed', async () => {
    expect(built).toBe(join(sandbox.out, `${NAME}-1.0-1.x86_64.rpm`));
    const extra = `/lib/modules/${FEDORA}/extra`;
    expect(
      (await queryRpm(built, '[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME}\n]')).trim(),
    ).toBe(
      [
        `${extra} drwxr-xr-x root`,
        `${extra}/hello drwxr-xr-x root`,
        `${extra}/hello/hello.ko.xz -rw-r--r-- root`,
        `/usr/share/${NAME} drwxr-xr-x root`,
        `/usr/share/${NAME}/build.json -rw-r--r-- root`,
        `/usr/share/licenses/${NAME} drwxr-xr-x root`,
        `/usr/share/licenses/${NAME}/copyright -rw-r--r-- root`,
      ].join('\n'),
    );
    const relations = (tag: string) =>
      queryRpm(built, `[%{${tag}NAME} %{${tag}FLAGS:depflags} %{${tag}VERSION}\n]`);
    const own = (text: string) =>
      text
        .split('\n')
        .filter((line) => line !== '' && !/^(?:rpmlib|\/bin\/sh)/.test(line))
        .sort();
    expect(own(await relations('REQUIRE'))).toEqual([`kernel-uname-r = ${FEDORA}`]);
    expect(own(await relations('PROVIDE'))).toEqual([
      'hello-kmod = 1.0-1',
      `kernel-modules = ${FEDORA}`,
      `kernel-modules-for-kernel = ${FEDORA}`,
      'kmod(hello.ko) = 1.0-1',
      `${NAME} = 1.0-1`,
      `${NAME}(x86-64) = 1.0-1`,
    ]);
    expect(own(await relations('CONFLICT')).map((line) => line.trim())).toEqual(['hello-dkms']);
    expect(await queryRpm(built, '%{LICENSE}')).toBe('GPL-2.0-only');
  });

  test('verify finds no fault in it for its own kernel, and a fault for another one', async () => {
    expect(await findingsIn(built, '--headers', headers)).toEqual(['warning rpm-unsigned']);
    const other = join(parent, 'other');
    const config = { CONFIG_MODVERSIONS: 'n', CONFIG_SMP: 'n' };
    await kernelDevel(other, { release: FEDORA, utsVersion: '#1', config, small: true });
    expect(await findingsIn(built, '--headers', other)).toContain('error wrong-vermagic');
  });

  test('two builds have the same bytes, whatever the directory, the umask and the home are', async () => {
    const home = join(parent, 'hostile-home');
    await mkdir(home);
    await writeFile(join(home, '.rpmmacros'), '%_topdir /nowhere\n%dist .mine\n');
    const out = join(parent, 'out2');
    const script = 'umask 077; exec dkms-deb "$@"';
    const words = [...options(), '--no-cache', '-o', out, join(parent, 'hello')];
    const again = await call(sandbox, 'bash', ['-c', script, 'sh', ...words], {
      env: { HOME: home, TZ: 'Asia/Tokyo' },
    });
    expect(again.exitStatus, again.output).toBe(0);
    expect(await readFile(again.stdout.trim())).toEqual(await readFile(built));
  });

  test('--dry-run names it without compiling, and signed modules are verified with the certificate', async () => {
    const pair = await makePair(parent, 'mok');
    const sign = signingOptions(pair);
    const out = join(parent, 'signed');
    const [expected] = await bmdeb('--dry-run', '-o', out);
    const [file = ''] = await bmdeb(...sign, '-o', out);
    expect(file).toBe(expected);
    expect(await findingsIn(file, '--headers', headers, '--certificate', pair.certificate)).toEqual(
      ['warning rpm-unsigned'],
    );
    expect(
      await findingsIn(built, '--headers', headers, '--certificate', pair.certificate),
    ).toContain('error unsigned');
  });
});

describe('in a root', () => {
  let root = new RpmRoot('');
  beforeEach(async () => {
    root = new RpmRoot(join(parent, 'root'));
    await mkdir(root.directory);
    await root.make();
    const depmod = '#!/bin/sh\necho "$*" >>/depmod\n';
    await writeFile(join(root.directory, 'usr/bin/depmod'), depmod, { mode: 0o755 });
  });
  afterEach(() => root.remove());
  const depmod = () => readFile(join(root.directory, 'depmod'), 'utf8').catch(() => '');
  const rpm = (...args: string[]) => root.rpm('--nosignature', ...args);

  test('it requires its kernel, and calls depmod only if the kernel has modules', async () => {
    const refused = await rpm('-i', built);
    expect(refused.output).toContain(`kernel-uname-r = ${FEDORA} is needed by ${NAME}`);
    const kernel = await made('kernel-core', [KERNEL]);
    expect((await rpm('-i', kernel)).exitStatus).toBe(0);
    expect((await rpm('-i', built)).exitStatus).toBe(0);
    expect(await depmod()).toBe('');
    const modules = join(root.directory, 'lib/modules', FEDORA);
    await writeFile(join(modules, 'modules.dep'), '');
    expect((await rpm('-i', '--replacepkgs', built)).exitStatus).toBe(0);
    expect(await depmod()).toBe(`-a ${FEDORA}\n`);
    expect((await rpm('-V', NAME)).output).toBe('');
    const dkms = await made('hello-dkms', ['BuildArch: noarch', '%description', 'x', '%files']);
    expect((await rpm('-i', dkms)).output).toContain('conflicts with');
    expect((await rpm('-e', NAME)).exitStatus).toBe(0);
    expect(await depmod()).toBe(`-a ${FEDORA}\n-a ${FEDORA}\n`);
    expect((await root.packaged()).length).toBe(0);
    expect(await readFile(join(modules, 'modules.dep'), 'utf8')).toBe('');
    await expect(readFile(join(modules, 'extra/hello/hello.ko.xz'))).rejects.toThrow();
  });
});

test('dnf finds it by what it provides, and installs its kernel with it', async () => {
  const repository = join(parent, 'repository');
  await mkdir(repository);
  await copyFile(built, join(repository, 'kmod.rpm'));
  await copyFile(await made('kernel-core', [KERNEL]), join(repository, 'kernel.rpm'));
  await run('createrepo_c', ['--quiet', '--no-database', repository]);
  const root = join(parent, 'dnf-root');
  const places = [`--installroot=${root}`, `--setopt=cachedir=${root}/cache`];
  const from = [`--repofrompath=here,file://${repository}`, '--repo=here', '--nogpgcheck'];
  const settings = ['--releasever=43', '--setopt=plugins=0', `--setopt=logdir=${parent}`];
  // Without scripts: the root has no shell.
  const words = ['--setopt=tsflags=noscripts', 'install', 'hello-kmod'];
  await asRoot(['dnf', '-y', ...places, ...from, ...settings, ...words]);
  const { stdout } = await asRoot(['rpm', '--root', root, '-qa', '--qf', '%{NAME}\n']);
  expect(stdout.trim().split('\n').sort()).toEqual(['kernel-core', NAME]);
});

test('a kernel whose release has two hyphens is refused, unless no relation is asked for', async () => {
  const suse = join(parent, 'suse');
  await kernelDefaultDevel(suse, { release: SUSE, utsVersion: '#1', small: true });
  const words = ['bmdeb', '-q', '--dry-run', '--format', 'rpm', '--headers', suse];
  const refused = await dkmsDeb(sandbox, [...words, join(parent, 'hello')]);
  expect(refused.exitStatus).toBe(21);
  expect(refused.stderr).toContain(`an RPM package cannot require the kernel ${SUSE}`);
  expect(refused.stderr).toContain('--kernel-dep none');
  const [file] = await dkmsDebLines(sandbox, [
    ...words,
    '--kernel-dep',
    'none',
    join(parent, 'hello'),
  ]);
  expect(file).toMatch(new RegExp(`/kmod-hello-${SUSE}-1\\.0-1\\.x86_64\\.rpm$`));
  const none = await bmdeb('--kernel-dep', 'none', '-o', join(parent, 'none'));
  expect(await queryRpm(none[0] ?? '', '[%{REQUIRENAME}\n]')).not.toContain('kernel');
  expect(await findingsIn(none[0] ?? '', '--headers', headers)).toContain(
    'warning no-kernel-relation',
  );
});

describe('verify of packages that others made', () => {
  const packed = (path: string) => [
    '%description',
    'x',
    '%install',
    // The table below is made before the package is built.
    'mkdir -p %{buildroot}/usr && rpm2archive -n - <BUILT | tar -x -C %{buildroot}',
    'rm -rf %{buildroot}/usr',
    ...(path === 'extra'
      ? []
      : [`mv %{buildroot}/lib/modules/${FEDORA}/extra %{buildroot}/lib/modules/${FEDORA}/${path}`]),
  ];
  const files = ['%files', `/lib/modules/${FEDORA}`];
  const kernel = `Requires: kernel-uname-r = ${FEDORA}`;
  test.each<[string, string[]]>([
    ['', [kernel, ...packed('extra'), '%post', 'depmod -a', '%postun', 'depmod -a']],
    [
      'warning no-kernel-relation',
      [...packed('updates'), '%post', 'depmod -a', '%postun', 'depmod -a'],
    ],
    [
      '',
      [
        'Requires: ksym(default:printk) = 1',
        ...packed('updates'),
        '%post',
        '/usr/lib/module-init-tools/weak-modules2 || depmod',
        '%preun',
        'depmod -a',
      ],
    ],
    ['error no-depmod', [kernel, ...packed('extra'), '%post', '# depmod', '%postun', 'depmod -a']],
    ['warning no-depmod-postrm', [kernel, ...packed('extra'), '%post', 'depmod -a']],
    [
      'warning module-directory',
      [kernel, ...packed('kernel'), '%post', 'depmod -a', '%postun', 'depmod -a'],
    ],
    [
      'error architecture-all,unchecked machine',
      ['BuildArch: noarch', kernel, ...packed('extra'), '%post', 'depmod', '%postun', 'depmod'],
    ],
  ])('%s', async (expected, lines) => {
    const text = lines.map((line) => line.replace('BUILT', built));
    const found = await findingsIn(await made('kmod-x', [...text, ...files]), '--headers', headers);
    expect(found.filter((one) => one !== 'warning rpm-unsigned').join()).toBe(expected);
  });

  test('a package that only has the name is an error', async () => {
    const file = await made(NAME, ['%description', 'x', '%files']);
    expect(await findingsIn(file)).toContain('error nothing-to-verify');
  });
});
