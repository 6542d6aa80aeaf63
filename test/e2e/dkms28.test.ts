import { mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import {
  call,
  dkmsDeb,
  dkmsDebLines,
  type Sandbox,
  sharingTest as test,
} from '../support/sandbox.ts';

const [release = ''] = await installedKernels();

/** A source tree as /usr/src and a DKMS tree, the options that name them, and the driver's own tree. */
async function trees(sandbox: Sandbox) {
  const [dkms, source] = ['dkms', 'src'].map((name) => join(sandbox.directory, name)) as [
    string,
    string,
  ];
  for (const directory of [dkms, source]) await mkdir(directory);
  const directory = join(source, 'hello-1.0');
  await rename(await exampleDirectory('hello', sandbox.directory), directory);
  return { dkms, source, directory, options: ['--dkmstree', dkms, '--sourcetree', source] };
}

/** As `dkms add` leaves it. */
async function added(sandbox: Sandbox) {
  const found = await trees(sandbox);
  const { exitStatus, output } = await call(sandbox, 'dkms', [
    'add',
    '-m',
    'hello',
    '-v',
    '1.0',
    ...found.options,
  ]);
  expect(exitStatus, output).toBe(0);
  return found;
}

describe('a driver that was added with dkms add', () => {
  test('mkdeb, mkdsc and mkbmdeb write their results to the places of DKMS 2.8, and dkms still works', async ({
    sandbox,
  }) => {
    const { dkms, options, directory } = await added(sandbox);
    const results = async (name: string) => readdir(join(dkms, 'hello/1.0', name));
    const named = ['-m', 'hello', '-v', '1.0', ...options];

    const deb = await dkmsDeb(sandbox, ['mkdeb', ...named, '--source-only']);
    expect(deb.exitStatus, deb.output).toBe(0);
    expect(deb.stderr).toContain(
      `Running: dkms-deb build -b -o ${dkms}/hello/1.0/deb ${directory}\n`,
    );
    expect(await results('deb')).toContain('hello-dkms_1.0_all.deb');

    await dkmsDebLines(sandbox, ['mkdsc', 'hello/1.0', ...options]);
    expect(await results('dsc')).toEqual(
      expect.arrayContaining(['hello_1.0.dsc', 'hello_1.0.tar.xz', 'hello_1.0_source.changes']),
    );

    const printed = await dkmsDebLines(sandbox, [
      'mkbmdeb',
      '-m',
      'hello/1.0',
      '-k',
      release,
      '-a',
      'x86_64',
      ...options,
    ]);
    expect(await results('bmdeb')).toEqual([
      expect.stringMatching(`^hello-modules-${release}_1\\.0.*_amd64\\.deb$`),
    ]);
    expect(printed.map((path) => path.startsWith(`${dkms}/hello/1.0/bmdeb/`))).toEqual([true]);

    // The same bytes as of the commands that it says it is.
    await dkmsDebLines(sandbox, ['build', directory, '-o', sandbox.out]);
    await call(
      sandbox,
      'cmp',
      [
        join(dkms, 'hello/1.0/deb/hello-dkms_1.0_all.deb'),
        join(sandbox.out, 'hello-dkms_1.0_all.deb'),
      ],
      {},
    ).then((result) => expect(result.output).toBe(''));

    const status = await call(sandbox, 'dkms', ['status', ...options]);
    expect(status.output).toMatch(/^hello\/1\.0: added$/m);
    const removed = await call(sandbox, 'dkms', ['remove', 'hello/1.0', '--all', ...options]);
    expect(removed.exitStatus, removed.output).toBe(0);
  });
});

describe('a driver that was not added with dkms add', () => {
  test('for a driver below /usr/src, or in the current directory, the results are written to ..', async ({
    sandbox,
  }) => {
    const { options, directory, source } = await trees(sandbox);
    const cwd = join(sandbox.directory, 'a/b');
    await mkdir(cwd, { recursive: true });
    await dkmsDebLines(sandbox, ['mkdeb', 'hello/1.0', ...options], { cwd });
    expect(await readdir(join(sandbox.directory, 'a'))).toContain('hello-dkms_1.0_all.deb');

    expect(
      await dkmsDebLines(sandbox, ['mkdeb', '--dry-run', '--json'], { cwd: directory }),
    ).not.toEqual([]);
    await dkmsDebLines(sandbox, ['mkdeb', '-q'], { cwd: directory });
    expect(await readdir(source)).toContain('hello-dkms_1.0_all.deb');
    await dkmsDebLines(sandbox, ['mkdeb', 'hello-1.0/dkms.conf', '-o', sandbox.out], {
      cwd: source,
    });
    expect(await readdir(sandbox.out)).toContain('hello-dkms_1.0_all.deb');
  });

  test('options that never changed the package are accepted with a note', async ({ sandbox }) => {
    const { options } = await trees(sandbox);
    const old = [
      '--templatekernel=6.1',
      '--legacy-postinst=0',
      '--no-initrd',
      '--no-prepare-kernel',
      '-k',
      release,
    ];
    const { exitStatus, stderr } = await dkmsDeb(sandbox, [
      'mkdeb',
      'hello/1.0',
      ...options,
      ...old,
      '-o',
      sandbox.out,
    ]);
    expect(exitStatus, stderr).toBe(0);
    expect(stderr).toContain(
      'Ignored options: --templatekernel, --legacy-postinst, --no-prepare-kernel, --no-initrd, --kernelver.\n',
    );
  });
});

describe('the exit statuses are those of DKMS 2.8', () => {
  test.for([
    ['no driver named', ['mkdeb'], 1],
    ['no version', ['mkdsc', '-m', 'hello'], 1],
    ['not there', ['mkdeb', 'hello/2.0'], 2],
    ['not there', ['mkbmdeb', '-m', 'hello', '-v', '2.0'], 2],
    ['unknown option', ['mkdeb', 'hello/1.0', '--frobnicate'], 2],
    ['both onlies', ['mkdeb', 'hello/1.0', '--source-only', '--binaries-only'], 8],
    ['two -a, one -k', ['mkbmdeb', 'hello/1.0', '-k', release, '-a', 'x86_64', '-a', 'i686'], 1],
    ['-k and --all', ['mkbmdeb', 'hello/1.0', '-k', release, '--all'], 2],
    ['-a and --all', ['mkbmdeb', 'hello/1.0', '-a', 'x86_64', '--all'], 3],
    ['no headers', ['mkbmdeb', 'hello/1.0', '-k', '5.0.0-none'], 21],
    ['a name that leads out', ['mkdeb', '-m', '..', '-v', '1.0'], 1],
  ] as const)('%s: %j', async ([, args, status], { sandbox }) => {
    const { options, dkms } = await trees(sandbox);
    const { exitStatus, output } = await dkmsDeb(sandbox, [...args, ...options]);
    expect(exitStatus, output).toBe(status);
    expect(await readdir(dkms)).toEqual([]);
  });

  test('if make fails, the status is 10', async ({ sandbox }) => {
    const { options, directory, dkms } = await trees(sandbox);
    await call(sandbox, 'sh', ['-c', `echo '#error no' >> ${directory}/hello.c`]);
    await mkdir(join(dkms, 'hello/1.0'), { recursive: true });
    await symlink(directory, join(dkms, 'hello/1.0/source'));
    const { exitStatus, output } = await dkmsDeb(sandbox, [
      'mkbmdeb',
      'hello/1.0',
      '-k',
      release,
      ...options,
    ]);
    expect(exitStatus, output).toBe(10);
  });
});
