import { join } from 'node:path';
import { type ArEntry, ArReader } from 'ar-async';
import { parse } from 'debian-control';
import { extract } from 'tar-stream';
import { beforeAll, expect, test } from 'vitest';
import { writeDeb } from '../../../src/archive/deb-writer.ts';
import { md5sums } from '../../../src/archive/staged/md5sums.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import { controlFiles, EPOCH, temporaryDirectory } from '../../support/archive-fixtures.ts';
import { dpkgInstall, makeDpkgRoot } from '../../support/dpkg.ts';

/** Readers that share nothing with our writer look at what it writes. */

const temporary = temporaryDirectory();
const deb = join(temporary, 'example.deb');
const LONG = `usr/share/${'directory-'.repeat(12)}/${'ä'.repeat(60)}`;
const TARGET = `../${'t'.repeat(120)}`;

beforeAll(async () => {
  const tree = new StagedTree(EPOCH);
  tree.addFile('usr/src/example-1.0/dkms.conf', { bytes: Buffer.from('PACKAGE_NAME=example\n') });
  tree.addFile(LONG, { bytes: Buffer.from('long\n'), mode: 0o755 });
  tree.addFile('etc/modprobe.d/example.conf', { bytes: Buffer.from('options example\n') });
  tree.addDirectory('var/lib/example', { mode: 0o2750 });
  tree.addSymlink('usr/link', TARGET);
  const conffiles = '/etc/modprobe.d/example.conf\n';
  const control = controlFiles({
    conffiles,
    md5sums: await md5sums(tree, { conffiles: conffiles.trim().split('\n') }),
    triggers: 'activate-noawait update-initramfs\n',
    preinst: '#!/bin/sh\nexit 0\n',
    postinst: '#!/bin/sh\necho "postinst $1"\n',
    prerm: '#!/bin/sh\nexit 0\n',
    postrm: '#!/bin/sh\nexit 0\n',
  });
  const compression = { type: 'gzip' } as const;
  await writeDeb(deb, { control, tree, timestamp: EPOCH, compression });
});

test('dpkg-deb lists it', async () => {
  const { stdout } = await run('dpkg-deb', ['-c', deb]);
  expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./etc/',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./etc/modprobe.d/',
    '-rw-r--r-- root/root 16 2023-11-14 22:13 ./etc/modprobe.d/example.conf',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./usr/',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./usr/share/',
    `drwxr-xr-x root/root 0 2023-11-14 22:13 ./${LONG.slice(0, LONG.lastIndexOf('/'))}/`,
    `-rwxr-xr-x root/root 5 2023-11-14 22:13 ./${LONG}`,
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./usr/src/',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./usr/src/example-1.0/',
    '-rw-r--r-- root/root 21 2023-11-14 22:13 ./usr/src/example-1.0/dkms.conf',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./var/',
    'drwxr-xr-x root/root 0 2023-11-14 22:13 ./var/lib/',
    'drwxr-s--- root/root 0 2023-11-14 22:13 ./var/lib/example/',
    `lrwxrwxrwx root/root 0 2023-11-14 22:13 ./usr/link -> ${TARGET}`,
    '',
  ]);
});

test('dpkg-deb and debian-control read its fields', async () => {
  const { stdout } = await run('dpkg-deb', ['-I', deb]);
  expect(stdout).toContain('size ');
  expect(stdout).toMatch(/^ Package: example-dkms$/m);
  expect(stdout).toMatch(/^ +\d+ bytes, +\d+ lines +\* +postinst +#!\/bin\/sh$/m);
  const field = await run('dpkg-deb', ['-f', deb, 'Version']);
  expect(field.stdout).toBe('1.0-1\n');
  const control = await run('dpkg-deb', ['-I', deb, 'control']);
  expect(parse(control.stdout)).toEqual({
    Package: 'example-dkms',
    Version: '1.0-1',
    Architecture: 'all',
    Maintainer: 'A Person <person@example.org>',
    Description: ['an example', 'that is packed', '.', 'by the tests'],
  });
});

test('ar-async finds the three members, owned by root', async () => {
  const members: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    const reader = new ArReader(deb);
    reader.on('entry', (entry: ArEntry, next: () => void) => {
      const { length } = members;
      // ar-async takes the seconds of the header for milliseconds.
      members.push([entry.fileName(), entry.uid(), entry.gid(), entry.date().getTime()]);
      expect(entry.fileSize()).toBeGreaterThan(length === 0 ? 3 : 100);
      next();
    });
    reader.on('error', reject);
    reader.on('end', resolve);
  });
  expect(members).toEqual(
    ['debian-binary', 'control.tar.gz', 'data.tar.gz'].map((name) => [name, 0, 0, EPOCH]),
  );
});

test('tar-stream and tar agree with it', async () => {
  const tar = join(temporary, 'data.tar');
  await run('bash', ['-c', 'dpkg-deb --fsys-tarfile "$1" > "$2"', 'bash', deb, tar]);
  const listed = await run('tar', ['--list', '--verbose', '--file', tar]);
  expect(listed.stdout.split('\n')).toHaveLength(16);
  const { stdout } = await run('cat', [tar]);
  const parser = extract();
  parser.end(Buffer.from(stdout));
  const found = new Map<string, unknown>();
  for await (const entry of parser) {
    const { name, type, linkname, uname, gname, mode } = entry.header;
    found.set(name, { type, linkname, uname, gname, mode });
    entry.resume();
  }
  const root = { uname: 'root', gname: 'root' };
  expect(found.get('./usr/link')).toEqual({
    type: 'symlink',
    linkname: TARGET,
    mode: 0o777,
    ...root,
  });
  expect(found.get(`./${LONG}`)).toEqual({ type: 'file', linkname: null, mode: 0o755, ...root });
  expect(found.get('./')).toEqual({ type: 'directory', linkname: null, mode: 0o755, ...root });
  expect(found.size).toBe(15);
});

test('dpkg installs, checks and removes it', async () => {
  const root = join(temporary, 'root');
  makeDpkgRoot(root);
  expect(await dpkgInstall(root, deb)).toContain('postinst configure');
  const options = [
    `--root=${root}`,
    '--force-not-root',
    '--force-script-chrootless',
    '--log=/dev/null',
  ];
  expect((await run('dpkg', [...options, '--verify', 'example-dkms'])).stdout).toBe('');
  const listed = await run('dpkg', [...options, '-L', 'example-dkms']);
  expect(listed.stdout.split('\n')).toContain(`/${LONG}`);
  const status = await run('dpkg', [...options, '-s', 'example-dkms']);
  expect(status.stdout).toContain('Status: install ok installed');
  expect(status.stdout).toMatch(/^Conffiles:\n \/etc\/modprobe.d\/example.conf [0-9a-f]{32}$/m);
  await run('dpkg', [...options, '--purge', 'example-dkms']);
});
