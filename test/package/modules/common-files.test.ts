import { expect, test } from 'vitest';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import {
  commonFilesOf,
  digestOfCommon,
  hasFiles,
} from '../../../src/package/modules/common-files.ts';
import { commonDependency, divertedPaths } from '../../../src/package/modules/common-package.ts';

function packed(files: Readonly<Record<string, string>>, mode = 0o644): StagedTree {
  const tree = new StagedTree(7);
  for (const [path, text] of Object.entries(files)) {
    tree.addFile(path, { bytes: Buffer.from(text, 'latin1'), mode });
  }
  return tree;
}

function places(tree: StagedTree): string[] | undefined {
  return commonFilesOf(tree, 0)
    ?.tree.entries()
    .filter(({ type }) => type !== 'directory')
    .map(({ path }) => path);
}

test('the source and files about the -dkms package are not taken', () => {
  const files = {
    'usr/src/hello-1.0/dkms.conf': '',
    'usr/share/doc/hello-dkms/copyright': '',
    'usr/share/lintian/overrides/hello-dkms': '',
    'usr/share/metainfo/org.hello.metainfo.xml': '',
    'usr/share/hello-dkms/postinst': '',
    'etc/dkms/hello.conf': '',
  };
  expect(commonFilesOf(packed(files), 0)).toBeUndefined();
});

test.each([
  ['usr/lib/udev/rules.d/60-hello.rules', 'usr/lib/udev/rules.d/60-hello.rules'],
  ['lib/udev/rules.d/60-hello.rules', 'lib/udev/rules.d/60-hello.rules'],
  ['etc/modprobe.d/hello.conf', 'usr/lib/modprobe.d/hello.conf'],
  ['etc/modules-load.d/hello.conf', 'usr/lib/modules-load.d/hello.conf'],
  ['etc/udev/rules.d/60-hello.rules', 'usr/lib/udev/rules.d/60-hello.rules'],
  ['usr/lib/firmware/hello.bin', 'usr/lib/firmware/hello.bin'],
])('%s is packed as %s', (path, place) => {
  expect(places(packed({ [path]: 'text' }))).toEqual([place]);
});

test.each([
  ['etc/X11/xorg.conf.d/50-hello.conf', 'text', 'conffile'],
  ['usr/bin/hello', '\x7fELF\x02', 'compiled for one architecture'],
  ['usr/share/hello/a file', 'text', 'its name'],
  ["usr/share/hello/it's", 'text', 'its name'],
  ['usr/lib/modules/6.1/updates/hello.ko', '', 'for one kernel'],
])('%s is left out, and the reason says %s', (path, text, reason) => {
  const found = commonFilesOf(packed({ [path]: text }), 0);
  expect(found && hasFiles(found)).toBe(false);
  expect(found?.leftOut).toEqual([expect.stringMatching(`^/${path}: .*${reason}`)]);
});

test('firmware may be an ELF file', () => {
  expect(places(packed({ 'usr/lib/firmware/hello.elf': '\x7fELF' }))).toHaveLength(1);
});

test('a setuid program is left out', () => {
  expect(commonFilesOf(packed({ 'usr/lib/hello/run': '#!' }, 0o4755), 0)?.leftOut).toHaveLength(1);
});

test('a file of /etc whose twin in /usr is packed, too, is not packed twice', () => {
  const files = { 'etc/modprobe.d/a.conf': 'mine', 'usr/lib/modprobe.d/a.conf': 'text' };
  expect(places(packed(files))).toEqual(['usr/lib/modprobe.d/a.conf']);
});

test('a link to a file of the source is left out, and one to a kept file is not', () => {
  const tree = packed({ 'usr/src/hello-1/a': '', 'usr/lib/firmware/b': '' });
  tree.addSymlink('usr/lib/firmware/a', '../../src/hello-1/a');
  tree.addSymlink('usr/lib/firmware/c', 'b');
  expect(places(tree)).toEqual(['usr/lib/firmware/b', 'usr/lib/firmware/c']);
  expect(commonFilesOf(tree, 0)?.leftOut).toHaveLength(1);
});

test.each(['/usr/src/hello-1', '../src/hello-1/a', '/usr/share/doc/hello-dkms/a'])(
  'a link to %s is left out, too, if only the files beside the source were read',
  (target) => {
    const tree = packed({ 'usr/lib/firmware/b': '' });
    tree.addSymlink('usr/lib/hello', target);
    expect(places(tree)).toEqual(['usr/lib/firmware/b']);
    expect(commonFilesOf(tree, 0)?.leftOut).toEqual([
      '/usr/lib/hello: it is a link to a file that is only in the -dkms package',
    ]);
  },
);

test('the digest depends on paths, modes and contents, but not on times', async () => {
  const digest = (tree: StagedTree, time = 0) => digestOfCommon(commonFilesOf(tree, time));
  const path = 'usr/lib/udev/hello';
  const before = await digest(packed({ [path]: 'a' }));
  expect(await digest(packed({ [path]: 'a' }), 9)).toBe(before);
  const others = [
    packed({ [path]: 'b' }),
    packed({ [`${path}2`]: 'a' }),
    packed({ [path]: 'a' }, 0o755),
  ];
  for (const other of others) expect(await digest(other)).not.toBe(before);
  expect(await digest(packed({ 'etc/hello': '' }))).toBeUndefined();
});

test('both names of a file below /usr/lib are diverted, and the dependency is on any newer version', () => {
  expect(divertedPaths(['usr/lib/udev/a', 'lib/b', 'usr/share/c', 'usr/sbin/d'])).toEqual([
    '/usr/lib/udev/a',
    '/lib/udev/a',
    '/usr/lib/b',
    '/lib/b',
    '/usr/share/c',
    '/usr/sbin/d',
    '/sbin/d',
  ]);
  expect(commonDependency('Hello_x', { version: '1:1.0-1', rebuild: 2 })).toBe(
    'hello-x-modules-common (>= 1:1.0-1+b2)',
  );
});
