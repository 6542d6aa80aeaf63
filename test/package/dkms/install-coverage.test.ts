import { expect, test } from 'vitest';
import { parseList } from '../../../src/package/debhelper/path-lists.ts';
import { compareList } from '../../../src/package/dkms/install-coverage.ts';

function compare(list: string, paths: readonly string[], notInstalled: readonly string[] = []) {
  const entries = paths.map((path) => ({
    path: path.replace(/\/$/, ''),
    type: path.endsWith('/') ? ('directory' as const) : ('file' as const),
    mode: 0o644,
    mtime: 0,
    size: 0,
  }));
  const { missed, gone } = compareList(parseList(list, 'x.install'), notInstalled, entries);
  return { missed, gone: gone.map(({ word, line }) => `${line}:${word}`) };
}

const TREE = ['Makefile', 'a.c', 'a.h', 'dkms.conf', 'sub/', 'sub/b.c', 'docs/', 'docs/x.txt'];

test('patterns, names and whole directories cover what they name; dkms.conf comes by another way', () => {
  const list = '*.[chS] usr/src/x-1/\nMakefile usr/src/x-1/\nsub usr/src/x-1/\ndocs/ usr/src/x-1\n';
  expect(compare(list, TREE)).toEqual({ missed: [], gone: [] });
});

test('what came later is missed by name, and what went is named with its line', () => {
  const list = '*.[chS] usr/src/x-1/\nMakefile old.mk usr/src/x-1/\n*.inc usr/src/x-1/\n';
  expect(compare(list, TREE)).toEqual({
    missed: ['sub/b.c', 'docs/x.txt'],
    gone: ['2:old.mk', '3:*.inc'],
  });
});

test('debian/not-installed says what is left out on purpose', () => {
  const list = '*.[chS] usr/src/x-1/\nMakefile usr/src/x-1/\n';
  expect(compare(list, [...TREE, 'y.txt'], ['docs', 'sub/*.c', '*.txt', 'sub']).missed).toEqual([]);
});

test('a list of a folder is for that folder alone', () => {
  const list = 'src/*.c usr/src/x-1/\nsrc/sub usr/src/x-1/\n99-x.rules lib/udev/rules.d/\n';
  const tree = [
    'README',
    'test/t.c',
    'src/a.c',
    'src/sub/',
    'src/sub/b.c',
    'src/new.txt',
    '99-x.rules',
  ];
  expect(compare(list, tree)).toEqual({ missed: ['src/new.txt'], gone: [] });
});

test('files of debian/ are no source', () => {
  const list = '*.c usr/src/x-1/\ndebian/x.metainfo.xml usr/share/metainfo/\n';
  expect(compare(list, ['a.c', 'debian/control'])).toEqual({ missed: [], gone: [] });
});

test('a link that leads out of the source is not missed: init lists none', () => {
  const link = (path: string, target: string) => ({
    ...{ path, target, type: 'symlink' as const },
    ...{ mode: 0o777, mtime: 0, size: 0 },
  });
  const entries = [
    link('out', '../x'),
    link('root', '/etc/x'),
    link('in', '..a'),
    link('src/up', '../y'),
  ];
  const whole = compareList(parseList('sub usr/src/x-1/\n', 'x.install'), [], entries);
  expect(whole.missed).toEqual(['in', 'src/up']);
  expect(whole.links.map(({ path }) => path)).toEqual(['out', 'root']);
  const folder = compareList(parseList('src/m.c usr/src/x-1/\n', 'x.install'), [], entries);
  expect(folder.links.map(({ path }) => path)).toEqual(['src/up']);
});
