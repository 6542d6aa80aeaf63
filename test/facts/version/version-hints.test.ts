import { expect, test } from 'vitest';
import { hintedVersion } from '../../../src/facts/version/version-hints.ts';
import { sources } from '../../support/facts.ts';

function hint(files: Readonly<Record<string, string>>, directoryName?: string) {
  const fact = hintedVersion({ sources: sources(files), directoryName });
  return fact && `${fact.value} <- ${fact.from}`;
}

test.each([
  ['a .spec', { 'nic.spec': 'Name: nic\nVersion: 2.28.16\n' }, '2.28.16 <- nic.spec:2'],
  ['a macro of a .spec', { 'a.spec': '%define driver_version 1.4\n' }, '1.4 <- a.spec:1'],
  ['package.json', { 'package.json': '{\n "version": "1.0.3" }' }, '1.0.3 <- package.json:2'],
  ['a makefile in a folder', { 'src/Makefile': 'DRV_VERSION := 3.1\n' }, '3.1 <- src/Makefile:1'],
  ['a script', { 'install.sh': '#!/bin/sh\nVERSION="1.2.3"\n' }, '1.2.3 <- install.sh:2'],
  ['README, as an assignment', { README: 'Build:\nVERSION=0.9.1\n' }, '0.9.1 <- README:2'],
  [
    'README, in words',
    { 'README.md': '# foo\n\nDriver version: v4.2.1\n' },
    '4.2.1 <- README.md:3',
  ],
  ['a header', { 'drv.h': '#define FOO_VERSION "1.7.2"\n' }, '1.7.2 <- drv.h:1 FOO_VERSION'],
  [
    'a header, with a suffix that is off (igb)',
    {
      'a.c':
        '#ifdef D\n#define DBG "_debug"\n#else\n#define DBG\n#endif\n#define DRV_VERSION "5.18.7" DBG\n',
    },
    '5.18.7 <- a.c:6 DRV_VERSION',
  ],
  [
    'the driver’s own before that of its interface',
    { 'a.h': '#define API_VERSION "9.9"\n#define DRV_VERSION "1.1"\n' },
    '1.1 <- a.h:2 DRV_VERSION',
  ],
  [
    'numbers of their own',
    {
      'v.h':
        '#define FOO_VERSION_MAJOR 3\n#define FOO_VERSION_MINOR (4)\n#define FOO_VERSION_PATCH 5\n',
    },
    '3.4.5 <- v.h:1 FOO_VERSION_MAJOR',
  ],
  ['a change log', { CHANGES: '= 0.19 =\n* new\n' }, '0.19 <- CHANGES:1'],
])('%s', (_, files, expected) => expect(hint(files as Record<string, string>)).toBe(expected));

test('the name of the directory', () => {
  expect(hint({}, 'rtl8xxx-1.2.3')).toBe("1.2.3 <- the directory's name rtl8xxx-1.2.3");
  expect(hint({}, 'rtl8xxx_v5.6.4.2_35491.20191025')).toContain('5.6.4.2_35491.20191025 <- ');
  expect(hint({}, 'rtl8852bu-1.19.3-rc1')).toContain('1.19.3-rc1 <- ');
  expect(hint({}, 'zfs-2.2.0-12-g0b49ce1')).toContain('2.2.0-12-g0b49ce1 <- ');
  expect(hint({}, '8821cu_v5.4.1_28754.20180921_COEX20180712')).toContain('20180712 <- ');
});

test.each(['dkms-deb-test-4637.17k2.cce4e415-ckhJtG', 'build-1.2.tmpXq', 'src-10.0.aZ_old'])(
  'a name that a program made up tells no version: %s',
  (name) => expect(hint({}, name)).toBeUndefined(),
);

test.each([
  [
    'macros that differ',
    { 'a.h': '#define A_VERSION "1.0"\n', 'b.h': '#define B_VERSION "2.0"\n' },
  ],
  ['the version of a firmware', { 'a.h': '#define FW_VERSION "1.0"\n' }],
  ['a kernel that README names', { README: 'Tested with Linux version 6.1\n' }],
  ['one number', { README: 'version 2\n' }],
  ['a placeholder', { 'a.spec': 'Version: @VERSION@\n' }],
])('nothing: %s', (_, files) =>
  expect(hint(files as Record<string, string>, 'src')).toBeUndefined(),
);
