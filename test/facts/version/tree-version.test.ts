import { expect, test } from 'vitest';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import type { Fact } from '../../../src/facts/fact.ts';
import { findVersion } from '../../../src/facts/version/tree-version.ts';
import { git, sources } from '../../support/facts.ts';

function find(conf: string | undefined, files: Record<string, string>, describe?: string) {
  const tree = sources(files);
  return findVersion({
    conf: conf === undefined ? undefined : { value: conf, from: 'dkms.conf:2' },
    dkmsName: 'hello',
    statements: readModuleMacros(tree),
    sources: tree,
    git: git({}, describe),
  });
}

const said = (fact: Fact<string> | undefined) => fact && `${fact.value} <- ${fact.from}`;

test.each([
  ['dkms.conf', '1.2', { VERSION: '1.2\n' }, 'v1.2', '1.2 <- dkms.conf:2'],
  ['the tag at HEAD', '@VERSION@', {}, 'v1.2', '1.2 <- git describe --tags (v1.2)'],
  [
    'a tag with a name',
    '@VERSION@',
    {},
    'release-1.2-rc1',
    '1.2-rc1 <- git describe --tags (release-1.2-rc1)',
  ],
  [
    'a tag with the driver’s name',
    undefined,
    {},
    'hello_v1.2',
    '1.2 <- git describe --tags (hello_v1.2)',
  ],
  ['a VERSION file', '#MODULE_VERSION#', { VERSION: 'v1.3\n' }, undefined, '1.3 <- VERSION'],
  [
    'configure.ac',
    '@PACKAGE_VERSION@',
    { 'configure.ac': '\nAC_INIT([hello], [2.0.1], [x@y])' },
    undefined,
    '2.0.1 <- configure.ac:2',
  ],
  [
    'CMake',
    '@CMAKE_PROJECT_VERSION@',
    { 'CMakeLists.txt': 'project(hello\n VERSION 1.5 LANGUAGES C)' },
    undefined,
    '1.5 <- CMakeLists.txt:2',
  ],
  [
    'meson',
    undefined,
    { 'meson.build': "project('hello', 'c',\n version: '1.5')" },
    undefined,
    '1.5 <- meson.build:2',
  ],
  [
    'META',
    undefined,
    { META: 'Meta: 1\nName: zfs\nVersion: 2.1.11\n' },
    undefined,
    '2.1.11 <- META:3',
  ],
  [
    'a Makefile',
    '@VERSION@',
    { Makefile: 'obj-m := x.o\nVERSION ?= 0.1.12 # x' },
    undefined,
    '0.1.12 <- Makefile:2',
  ],
  [
    'MODULE_VERSION',
    '@VERSION@',
    { 'a.c': 'MODULE_VERSION("v0.13");' },
    undefined,
    '0.13 <- a.c:1 MODULE_VERSION',
  ],
  [
    'MODULE_VERSION of the module with the name, where they differ',
    undefined,
    { 'a.c': 'MODULE_VERSION("1");', 'hello.c': 'MODULE_VERSION("2");' },
    undefined,
    '2 <- hello.c:1 MODULE_VERSION',
  ],
  [
    'what lies after a tag, at last',
    '@VERSION@',
    {},
    'v1.2-5-gabc1234',
    '1.2-5-gabc1234 <- git describe --tags (v1.2-5-gabc1234)',
  ],
])('%s', (_, conf, files, describe, expected) => {
  expect(said(find(conf, files as Record<string, string>, describe).version)).toBe(expected);
});

test.each([
  ['without any statement there is no licence', undefined, {}, undefined],
  [
    'only placeholders',
    '@VERSION@',
    { VERSION: '@VERSION@', 'a.c': 'MODULE_VERSION("#VERSION#");' },
    undefined,
  ],
  ['a packaging tag', undefined, {}, 'debian/1.2-1'],
  ['a tag without a version', undefined, {}, 'last-good'],
  [
    'a Makefile that asks git',
    undefined,
    { Makefile: 'VERSION := $(shell git describe)' },
    undefined,
  ],
  [
    'a Makefile of Linux itself has VERSION = 6 far below',
    undefined,
    { 'kernel/Makefile': 'VERSION = 6' },
    undefined,
  ],
  [
    'modules that differ',
    undefined,
    { 'a.c': 'MODULE_VERSION("1");', 'b.c': 'MODULE_VERSION("2");' },
    undefined,
  ],
])('undefined: %s', (_, conf, files, describe) => {
  expect(find(conf, files as Record<string, string>, describe).version).toBeUndefined();
});

test('reports the contradiction', () => {
  const found = find(
    '1.2',
    { VERSION: '1.3', 'hello.c': 'MODULE_VERSION("1.2");' },
    'v1.2-5-gabc1234',
  );
  expect(found.contradictions).toEqual([{ value: '1.3', from: 'VERSION' }]);
  expect(found.candidates).toHaveLength(4);
  expect(find('1.2-rc1', { VERSION: '1.2_rc1' }, 'v1.2rc1').contradictions).toEqual([]);
  expect(find('1.2+dfsg', { VERSION: '1.2' }).contradictions).toEqual([]);
});

test.each(['B7-799-g8cb6a687', '22/4/24-376-g4ef9d99'])(
  'the tag of %s is no version',
  (describe) => {
    expect(find(undefined, {}, describe).version).toBeUndefined();
  },
);

test.each([
  ['with a date behind it (mstflint)', 'MODULE_VERSION("4.36.0 (2026-01-01)");', '4.36.0'],
  ['in words (ch341ser)', 'MODULE_VERSION("V1.9 On 2025.04");', '1.9'],
  ['with a point behind it (qdma)', 'MODULE_VERSION("2024.1.0.0.");', '2024.1.0.0'],
])('MODULE_VERSION %s', (_, text, expected) => {
  expect(find(undefined, { 'a.c': text }).version?.value).toBe(expected);
});

test('MODULE_VERSION of one module out of many does not beat the tag', () => {
  const files = {
    'a.c': 'MODULE_LICENSE("GPL");\nMODULE_VERSION("0.1");',
    'b.c': 'MODULE_LICENSE("GPL");',
    'c.c': 'MODULE_LICENSE("GPL");',
  };
  expect(find(undefined, files, 'v2.0-5-gabc1234').version?.value).toBe('2.0-5-gabc1234');
  expect(find(undefined, files).version?.value).toBe('0.1');
});

test('the version of a few modules does not contradict that of the driver (irda)', () => {
  const module = (version: string) => `MODULE_LICENSE("GPL");${version}`;
  const files = {
    'a.c': module('MODULE_VERSION("0.3alpha");'),
    'b.c': module(''),
    'c.c': module(''),
  };
  expect(find('5.15', files).contradictions).toEqual([]);
  expect(find('5.15', { 'a.c': files['a.c'] }).contradictions.map(said)).toEqual([
    '0.3alpha <- a.c:1 MODULE_VERSION',
  ]);
});
