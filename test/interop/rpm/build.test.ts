import { cp, mkdir, readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../../src/system/process/run.ts';
import { queryRpm, unpackRpm } from '../../support/built-rpm.ts';
import { exampleDirectory } from '../../support/example.ts';
import { pathWithout } from '../../support/path-without.ts';
import { PROJECT } from '../../support/project.ts';
import { call, dkmsDeb, dkmsDebLines, sandboxTest as test } from '../../support/sandbox.ts';

const digestOf = async (files: readonly string[]) =>
  Promise.all(
    files.map(async (file) => (await run('sha256sum', ['<', file].slice(1))).stdout.slice(0, 64)),
  );

test('two builds have the same bytes, whatever the umask, the directory, the home and the times are', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  const first = await dkmsDebLines(sandbox, ['rpm', '-F', '-q', '-o', sandbox.out, tree]);
  expect(first.map((file) => file.slice(sandbox.out.length + 1))).toEqual([
    'hello-dkms-1.0-1.src.rpm',
    'hello-dkms-1.0-1.noarch.rpm',
  ]);
  const other = join(sandbox.directory, 'a place', 'of its own');
  await cp(tree, other, { recursive: true });
  for (const name of await readdir(other)) await utimes(join(other, name), 1e9, 1e9);
  const home = join(sandbox.directory, 'hostile-home');
  await mkdir(home);
  const macros = '%_topdir /nowhere\n%dist .mine\n%packager Me\n%_binary_payload w1.xzdio\n';
  await writeFile(join(home, '.rpmmacros'), macros);
  const out = join(sandbox.directory, 'out2');
  const args = ['-c', 'umask 077; exec dkms-deb rpm -F -q -o "$1" "$2"', 'sh', out, other];
  const again = await call(sandbox, 'bash', args, { env: { HOME: home, TZ: 'Asia/Tokyo' } });
  expect(again.exitStatus, again.output).toBe(0);
  expect(await digestOf(again.stdout.trim().split('\n'))).toEqual(await digestOf(first));
});

test('another user gets the same bytes, with a home and a umask of its own', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const first = await dkmsDebLines(sandbox, ['rpm', '-F', '-q', '-o', sandbox.out, tree]);
  // The other user may not be able to read this clone.
  const copy = join(sandbox.directory, 'dkms-deb');
  for (const name of ['bin', 'dist', 'templates', 'package.json']) {
    await cp(join(PROJECT, name), join(copy, name), { recursive: true });
  }
  const place = join(sandbox.directory, 'theirs');
  for (const name of ['home', 'tmp', 'out']) await mkdir(join(place, name), { recursive: true });
  await run('chmod', ['-R', 'a+rwX', place, copy, tree]);
  // Without root there is no other user to become.
  const ids = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const under = process.getuid?.() === 0 ? ['setpriv', ...ids, '--'] : [];
  const script = 'umask 027; exec "$0" rpm -F -q -o "$1" "$2"';
  const words = ['-c', script, join(copy, 'bin/dkms-deb'), join(place, 'out'), tree];
  const env = { HOME: join(place, 'home'), TMPDIR: join(place, 'tmp'), USER: 'nobody' };
  const again = await call(sandbox, 'bash', words, { under, env, cwd: place });
  expect(again.exitStatus, again.output).toBe(0);
  expect(await digestOf(again.stdout.trim().split('\n'))).toEqual(await digestOf(first));
});

test('a source package is built again by rpmbuild alone, with the same contents', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('duo', sandbox.directory);
  const [source = '', binary = ''] = await dkmsDebLines(sandbox, [
    'rpm',
    '-F',
    '-o',
    sandbox.out,
    tree,
  ]);
  const top = join(sandbox.directory, 'top');
  await run('rpmbuild', ['--rebuild', '--define', `_topdir ${top}`, source], {
    env: { HOME: sandbox.directory },
  });
  const [arch = ''] = await readdir(join(top, 'RPMS'));
  const [again = ''] = await readdir(join(top, 'RPMS', arch));
  const files = '[%{FILENAMES} %{FILEDIGESTS} %{FILEMODES:perms} %{FILEUSERNAME}\n]%{POSTIN}';
  expect(await queryRpm(join(top, 'RPMS', arch, again), files)).toBe(await queryRpm(binary, files));
});

test('rpmlint has only the listed complaints', async ({ sandbox }) => {
  const tree = join(sandbox.directory, 'tree');
  await cp(join(PROJECT, 'test/golden/init/rpm-system-files/in'), tree, { recursive: true });
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  const files = await dkmsDebLines(sandbox, ['rpm', '-F', '-q', '-o', sandbox.out, tree]);
  const { stdout } = await run('rpmlint', [...files, join(tree, 'rpm')], {
    accept: [0, 64, 65, 66],
    env: { HOME: sandbox.directory },
  });
  const codes = [...stdout.matchAll(/^\S+: [EW]: (\S+)/gm)].map(([, code]) => code);
  /** Complaints of Debian's rpmlint about every such package, and why they do not matter. */
  const listed: Record<string, string> = {
    'no-url-tag': 'the tree has no repository',
    'no-signature': 'not signed in this test',
    'no-packager-tag': 'set by who builds, not by a spec (Fedora Packaging Guidelines)',
    'no-group-tag': 'Fedora and openSUSE have no groups',
    'no-buildroot-tag': 'ignored since rpm 4.10',
    'invalid-url': 'the tarball is made of the tree, it is nowhere to download',
    'invalid-license': "Debian's configuration knows no SPDX identifiers",
    'devel-file-in-non-devel-package': 'source is what the package is for',
    'hardcoded-path-in-buildroot-tag': 'there is no such tag',
    'hardcoded-library-path': 'udev and modprobe read /usr/lib on every architecture',
    'arch-independent-package-contains-binary-or-object': 'firmware',
    'spelling-error': 'names of hardware',
    'no-manual-page-for-binary': 'udev helpers',
    'manpage-not-compressed': 'other distributions compress in other ways',
  };
  expect(codes.length).toBeGreaterThan(0);
  expect([...new Set(codes)].filter((code = '') => listed[code] === undefined)).toEqual([]);
});

test('macros in file names are not expanded', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await mkdir(join(tree, 'udev'));
  const name = '60-%(touch pwned)%{lua:print(1)}-$(touch pwned).rules';
  await writeFile(join(tree, 'udev', '70-plain%%x.rules'), 'KERNEL=="hello", MODE="0644"\n');
  await writeFile(join(tree, 'udev', name.replaceAll(' ', '_')), 'KERNEL=="hello"\n');
  await writeFile(join(tree, 'it is 100% sure.h'), '/* */\n');
  const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', sandbox.out, tree]);
  const root = join(sandbox.directory, 'root');
  await unpackRpm(file, root);
  const packed = await readdir(join(root, 'usr/src/hello-1.0'), { recursive: true });
  expect(packed).toContain('it is 100% sure.h');
  expect(packed.filter((path) => path.includes('pwned')).length).toBe(1);
  expect(packed).not.toContain('pwned');
});

test('bug: of two installed files with the same name, the second replaced the first', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  for (const folder of ['modprobe.d', 'modules-load.d']) await mkdir(join(tree, folder));
  await writeFile(join(tree, 'modprobe.d/blacklist.conf'), 'blacklist one');
  await writeFile(join(tree, 'modules-load.d/modules.conf'), 'hello');
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', sandbox.out, tree]);
  const root = join(sandbox.directory, 'root');
  await unpackRpm(file, root);
  const textOf = (path: string) => readFile(join(root, 'usr/lib', path), 'utf8');
  expect(await textOf('modprobe.d/hello-dkms.conf')).toBe('blacklist one\n');
  expect(await textOf('modules-load.d/hello-dkms.conf')).toBe('hello\n');
});

test('without rpmbuild the error says how to install it', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const path = await pathWithout(/^rpm/, sandbox);
  const { exitStatus, stderr } = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree], {
    env: { PATH: `${PROJECT}/bin:${path}` },
  });
  expect(exitStatus).toBe(1);
  expect(stderr).toContain('apt install rpm');
});

test('a spec that a person wrote is built unchanged, with the tarball of the tree', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await mkdir(join(tree, 'rpm'));
  const spec = `Name: hello-src
Version: 7
Release: 3
Summary: x
License: MIT
Source0: https://example.org/%{name}-%{version}.tar.xz
Source1: extra.conf
BuildArch: noarch
BuildRequires: nothing-that-there-is
%description
x
%prep
%autosetup -n other-%{version}
%install
install -D -m 644 hello.c %{buildroot}/usr/src/x/hello.c
install -D -m 644 %{SOURCE1} %{buildroot}/usr/lib/extra.conf
%files
/usr/src/x
/usr/lib/extra.conf
`;
  await writeFile(join(tree, 'rpm/mine.spec'), spec);
  await writeFile(join(tree, 'rpm/extra.conf'), 'x\n');
  const built = await dkmsDeb(sandbox, ['rpm', '-F', '-o', sandbox.out, tree]);
  expect(built.exitStatus, built.output).toBe(0);
  expect(built.stderr).toContain(
    'rpm/mine.spec was not written by dkms-deb init: it is built as it is',
  );
  expect(built.stderr).toContain('nothing-that-there-is');
  const [source = '', binary = ''] = built.stdout.trim().split('\n');
  expect(await queryRpm(source, '[%{FILENAMES}\n]')).toBe(
    'extra.conf\nhello-src-7.tar.xz\nmine.spec\n',
  );
  expect(await queryRpm(binary, '[%{FILENAMES} ]')).toContain('/usr/src/x/hello.c');

  await writeFile(join(tree, 'rpm/mine.spec'), spec.replace('extra.conf', 'absent.conf'));
  const absent = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
  expect(absent.stderr).toContain('the source absent.conf of the spec is missing');
  await writeFile(join(tree, 'rpm/mine.spec'), spec.replace('hello.c %', 'absent.c %'));
  const broken = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
  expect(broken.stderr).toContain('rpmbuild cannot build mine.spec');
  expect(broken.stderr).toContain('absent.c');
  await writeFile(join(tree, 'rpm/other.spec'), spec);
  const several = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
  expect(several.stderr).toContain('there are several specs: mine.spec, other.spec');
  expect((await readdir(sandbox.out)).length).toBe(2);
});

test('a spec for another version than that of dkms.conf is refused until init has run', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await dkmsDebLines(sandbox, ['init', '-q', '--rpm', tree]);
  const conf = await readFile(join(tree, 'dkms.conf'), 'utf8');
  await writeFile(join(tree, 'dkms.conf'), conf.replace('1.0', '1.1'));
  const refused = await dkmsDeb(sandbox, ['rpm', '-o', sandbox.out, tree]);
  expect(refused.exitStatus).toBe(1);
  expect(refused.stderr).toContain('the spec is for hello 1.0, but dkms.conf says hello 1.1');
  await dkmsDebLines(sandbox, ['init', '-q', tree]);
  const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', sandbox.out, tree]);
  expect(file).toMatch(/hello-dkms-1\.1-1\.noarch\.rpm$/);
  await rename(file, `${file}.old`);
});
