import { describe, expect, test } from 'vitest';
import { literalOnce } from '../../../src/driver/conf/literal.ts';
import {
  asksForName,
  asksForVersion,
  fillPlaceholders,
  findPlaceholders,
} from '../../../src/driver/conf/placeholders.ts';

describe('findPlaceholders', () => {
  test.each([
    ['PACKAGE_VERSION="@VERSION@"', ['@VERSION@']],
    ['PACKAGE_VERSION=#MODULE_VERSION#', ['#MODULE_VERSION#']],
    ['PACKAGE_VERSION="__NTFS3_VERSION__"', ['__NTFS3_VERSION__']],
    ['PACKAGE_NAME="{MOD}"', ['{MOD}']],
    ['PACKAGE_VERSION="DKMS_VERSION"', ['DKMS_VERSION']],
    ['PACKAGE_VERSION="VERSION" # from the tag', ['VERSION']],
    ['MAKE="make CFLAGS=@CFLGS@ V=@V@"', ['@CFLGS@', '@V@']],
    ['PACKAGE_VERSION="@FOO@"', ['@FOO@']],
    ['PACKAGE_VERSION="#FOO#"', ['#FOO#']],
    ['PACKAGE_VERSION="%{version}"', ['%{version}']],
    ['PACKAGE_VERSION="%VERSION%"', ['%VERSION%']],
    ['PACKAGE_VERSION="%%MYVER%%"', ['%%MYVER%%']],
    ['PACKAGE_VERSION="{{ version }}"', ['{{ version }}']],
    ['PACKAGE_VERSION="$' + '{{ version }}"', ['$' + '{{ version }}']],
    ['PACKAGE_VERSION="$$VERSION$$"', ['$$VERSION$$']],
    ['PACKAGE_VERSION="<version>"', ['<version>']],
    ['PACKAGE_VERSION="[VERSION]"', ['[VERSION]']],
    ['PACKAGE_VERSION="__whatever__"', ['__whatever__']],
    ['PACKAGE_VERSION="to be filled by make"', ['to be filled by make']],
    ['PACKAGE_VERSION=MY_OWN_VERSION', ['MY_OWN_VERSION']],
    ['PACKAGE_VERSION="unknown"', ['unknown']],
    ['  PACKAGE_VERSION="unknown"', []],
    ['PACKAGE_VERSION="git"', []],
    ['PACKAGE_VERSION="1.0 beta"', []],
    ['PACKAGE_VERSION="r119.abc"', []],
    ['PACKAGE_NAME="my driver"', []],
    ['PACKAGE_NAME="%{name}"', ['%{name}']],
    ['PACKAGE_VERSION="@A@.@B@"', ['@A@', '@B@']],
    ['DEST_MODULE_LOCATION[0]="@WHERE@"', ['@WHERE@']],
    ['PACKAGE_VERSION=$VERSION', []],
    ['PACKAGE_VERSION=$' + '{VERSION}', []],
    ['PACKAGE_VERSION="$(git describe)"', []],
    ['# set @VERSION@ by hand', []],
    ['X=1 # as in @VERSION@', []],
    ['CLEAN="rm -f {a,b}.o"', []],
    ['MAIL="jane@example.org"', []],
    ['PACKAGE_NAME="DKMS_VERSION_TOOL"', []],
    ['MAKE="make -C VERSION"', []],
  ])('%s', (line, texts) => {
    expect(findPlaceholders(line).map(({ text }) => text)).toEqual(texts);
  });

  test('each placeholder is found once, with its first line', () => {
    expect(findPlaceholders('A=1\nB=@V@\nC=@V@\n')).toEqual([{ text: '@V@', name: 'V', line: 2 }]);
  });
});

test('fillPlaceholders replaces a bare word only as a name or version', () => {
  const text = 'PACKAGE_VERSION="VERSION"\nMAKE="make VERSION=@V@"\n';
  const values = new Map([
    ['VERSION', '1.0'],
    ['@V@', '$&'],
  ]);
  expect(fillPlaceholders(text, values)).toBe('PACKAGE_VERSION="1.0"\nMAKE="make VERSION=$&"\n');
});

test.each(['VERSION', 'PKGVER', 'MODULE_VERSION', 'VER', 'PCIE_DRIVER_VERSION', 'DKMSMODVER'])(
  '%s asks for a version',
  (name) => expect(asksForVersion({ name })).toBe(true),
);
test.each(['CFLGS', 'SERVER', 'GIT_COMMIT_COUNT', 'OVERRIDE'])('%s does not', (name) =>
  expect(asksForVersion({ name })).toBe(false),
);
test.each(['_PKGBASE', 'PACKAGE_TARNAME', 'MOD', 'DRIVER_NAME'])('%s asks for a name', (name) =>
  expect(asksForName({ name })).toBe(true),
);

describe('literalOnce leaves one line that dh_dkms can match', () => {
  const name = (text: string) => literalOnce(text, 'PACKAGE_NAME', 'foo');
  test.each([
    ['PACKAGE_NAME="foo"\n', 'PACKAGE_NAME="foo"\n'],
    ["PACKAGE_NAME='foo'\n", "PACKAGE_NAME='foo'\n"],
    ['PACKAGE_NAME=foo\n', 'PACKAGE_NAME="foo"\n'],
    ['PACKAGE_NAME="foo" # mine\n', 'PACKAGE_NAME="foo"\n'],
    ['#PACKAGE_NAME="bar"\nPACKAGE_NAME="foo"\n', 'PACKAGE_NAME="foo"\n'],
    ['PACKAGE_NAME="$N"\nPACKAGE_NAME="foo"\n', 'PACKAGE_NAME="foo"\n:\n'],
    ['if x; then\n  PACKAGE_NAME=a\nfi\n', 'PACKAGE_NAME="foo"\nif x; then\n  :\nfi\n'],
    ['#!/bin/bash\nA=1\n', '#!/bin/bash\nPACKAGE_NAME="foo"\nA=1\n'],
  ])('%j', (before, after) => {
    expect(name(before)).toBe(after);
    expect(name(after)).toBe(after);
  });
});
