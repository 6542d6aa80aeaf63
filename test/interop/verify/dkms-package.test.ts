import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findIsolation } from '../../../src/system/process/isolate.ts';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { findingsOf } from '../../support/findings.ts';
import { PROJECT } from '../../support/project.ts';
import type { SmallPackage } from '../../support/small-package.ts';
import { callInProcess } from '../../support/verify-command.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a package with source for DKMS', () => {
  const CONF =
    'PACKAGE_NAME=hello\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME=hello\nDEST_MODULE_LOCATION=/updates\nAUTOINSTALL=yes\n';
  const SOURCE = {
    'usr/src/hello-1.0/Makefile': 'obj-m := hello.o\n',
    'usr/src/hello-1.0/hello.c': 'int x;\n',
  };
  const HELPED = {
    files: { 'usr/src/hello-1.0/helper': '' },
  };
  const small = (conf: string, changes: Partial<SmallPackage> = {}): SmallPackage => ({
    name: 'hello-dkms',
    architecture: 'all',
    depends: 'dkms (>= 3)',
    scripts: { postinst: 'dkms add hello/1.0', prerm: 'dkms remove hello/1.0 --all' },
    ...changes,
    files: { ...SOURCE, 'usr/src/hello-1.0/dkms.conf': conf, ...changes.files },
  });

  test.each<[string, () => SmallPackage]>([
    ['', () => small(CONF)],
    ['error bad-conf', () => small('PACKAGE_NAME=hello\n')],
    ['unchecked dkms-conf', () => small('while :; do exit 3; done\n')],
    [
      'error missing-patches, unchecked dkms-conf',
      () => small(`${CONF}PATCH[0]=no.patch\nVAR=$(date)\n`),
    ],
    ['unchecked dkms-conf', () => small(CONF.replace('1.0', '$(cat version)'))],
    ['error dkms-directory-name', () => small(CONF.replace('1.0', '1.1'))],
    ['error missing-patches', () => small(`${CONF}PATCH[0]=no.patch\n`)],
    ['error no-dkms-postinst', () => small(CONF, { scripts: { prerm: 'dkms remove' } })],
    ['warning no-dkms-prerm', () => small(CONF, { scripts: { postinst: 'dkms add' } })],
    ['warning no-dkms-dependency', () => small(CONF, { depends: 'dkms-helper, kmod' })],
  ])('%s', async (expected, made) => {
    expect((await findingsOf(directory, made())).join(', ')).toBe(expected);
  });

  test.each<[string, () => SmallPackage]>([
    ['', () => small(CONF)],
    ['', () => small(`${CONF}[ -e "$PWD/helper" ] || PACKAGE_VERSION=9\n`, HELPED)],
    ['error bad-conf', () => small('PACKAGE_NAME=hello\n')],
    ['error bad-conf', () => small('while :; do exit 3; done\n')],
    ['error dkms-directory-name', () => small(CONF.replace('1.0', '$(echo 1.1)'))],
    ['error missing-patches', () => small(`${CONF}PATCH[0]=$(echo no.patch)\n`)],
  ])('evaluated: %s', async (expected, made) => {
    expect((await findingsOf(directory, made(), '--evaluate')).join(', ')).toBe(expected);
  });

  test('a link in it does not lead to a script of this machine, and a fifo does not make verify wait', async () => {
    const was = join(directory, 'was-run');
    const script = join(directory, 'script');
    await writeFile(script, `touch ${was}; PACKAGE_VERSION=9\n`);
    await run('mkfifo', [join(directory, 'fifo')]);
    for (const [name, target] of [
      ['helper', script],
      ['helper', join(directory, 'fifo')],
      ['helper', '/dev/zero'],
      ['helper', `../../../../../../../../../../..${script}`],
    ]) {
      const links = { [`usr/src/hello-1.0/${name}`]: target ?? '' };
      const made = small(`${CONF}[ ! -e helper ] || . ./helper\n`, { links });
      expect(await findingsOf(directory, made, '--evaluate')).toEqual([]);
    }
    const made = {
      ...small(''),
      files: SOURCE,
      links: { 'usr/src/hello-1.0/dkms.conf': script },
    };
    expect(await findingsOf(directory, made)).toEqual(['unchecked dkms-conf']);
    expect(await findingsOf(directory, made, '--evaluate')).toEqual(['error bad-conf']);
    expect(await readdir(directory)).not.toContain('was-run');
  });

  test('programs of the package can neither write outside nor go on after verify', async (context) => {
    if ((await findIsolation()).says.includes('limits only')) context.skip();
    const touch = join(directory, 'was-run');
    const script = `(setsid sleep 4321 &); touch ${touch}; kill -9 $PPID; cat </dev/tcp/127.0.0.1/22\n`;
    expect(await findingsOf(directory, small(`${CONF}${script}`), '--evaluate')).not.toEqual(['x']);
    expect(await readdir(directory)).not.toContain('was-run');
    const { stdout } = await run('ps', ['-eo', 'args']);
    expect(stdout).not.toContain('sleep 4321');
  });

  test('is checked without running its dkms.conf', async () => {
    const touch = join(directory, 'was-run');
    const made = small(`${CONF}touch ${touch}\n`);
    expect(await findingsOf(directory, made)).toEqual(['unchecked dkms-conf']);
    expect(await readdir(directory)).not.toContain('was-run');
  });
});

test('our own -dkms package, and those of the Debian archive', async () => {
  const tree = await exampleDirectory('duo', directory);
  await callInProcess('build', '-q', tree, '-o', join(directory, 'built'));
  const built = (await readdir(join(directory, 'built'))).filter((name) => name.endsWith('.deb'));
  const archive = (await readdir(join(PROJECT, '.cache/debs'))).filter((name) =>
    name.endsWith('.deb'),
  );
  const files = [
    ...built.map((name) => join(directory, 'built', name)),
    ...archive.map((name) => join(PROJECT, '.cache/debs', name)),
  ];
  const { status, stdout, stderr } = await callInProcess('verify', '-q', ...files);
  expect(stdout.split('\n').filter((line) => /\.deb: /.test(line)).length).toBe(files.length);
  expect({
    status,
    stderr,
    wrong: stdout.split('\n').filter((line) => /^ +(error|warning)/.test(line)),
  }).toEqual({ status: 0, stderr: '', wrong: [] });
});
