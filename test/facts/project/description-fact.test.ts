import { describe, expect, test } from 'vitest';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { describeTree } from '../../../src/facts/project/description-fact.ts';
import { usableSynopsis } from '../../../src/facts/project/synopsis.ts';
import { sources } from '../../support/facts.ts';

describe('usableSynopsis', () => {
  test.each([
    ['V4L2 loopback video device', 'v4l2loopback', 'V4L2 loopback video device'],
    [
      'RapidDisk is an enhanced RAM disk block device driver.',
      'rapiddisk-dkms',
      'enhanced RAM disk block device driver',
    ],
    ['This module provides a virtual thing', 'hello', 'This module provides a virtual thing'],
    ['A driver for the FOO card', 'hello', 'driver for the FOO card'],
    ['The FOO driver', 'hello', 'FOO driver'],
    ['hello: says hello to the world', 'hello', 'says hello to the world'],
    ['Librem EC ACPI Driver', 'librem_ec_acpi', 'Librem EC ACPI Driver'],
    [
      'Xtables: Close TCP connections after handshake',
      'x',
      'Close TCP connections after handshake',
    ],
    [
      'advanced file system and volume manager which was originally developed for Solaris and is now maintained',
      'zfs',
      'advanced file system and volume manager',
    ],
    [
      `${'word '.repeat(30)}`,
      'x',
      'word word word word word word word word word word word word word word',
    ],
    ['hello driver', 'hello', undefined],
    ['hello', 'hello', undefined],
    ['Hello kernel module', 'hello', 'Hello kernel module'],
    ['ZFS', 'zfs', undefined],
    ['@DESCRIPTION@ of it', 'hello', undefined],
    ['', 'hello', undefined],
  ])('%s (%s): %s', (line, name, expected) => {
    const synopsis = usableSynopsis(line, name);
    expect(synopsis).toBe(expected);
    expect(synopsis?.length ?? 0).toBeLessThanOrEqual(70);
  });
});

describe('describeTree', () => {
  const synopsis = (
    dkmsName: string,
    files: Record<string, string>,
    moduleNames: string[] = ['a', 'b'],
    folder = '',
  ) => {
    const tree = sources(files);
    const found = describeTree({
      dkmsName,
      version: '1.0',
      folder,
      moduleNames,
      statements: readModuleMacros(tree),
      sources: tree,
    });
    return found.synopsis && `${found.synopsis.value} <- ${found.synopsis.from}`;
  };
  const says = (text: string) => `MODULE_DESCRIPTION("${text}");`;

  test.each([
    [
      'the module with the package’s name',
      'tp_smapi',
      { 'hdaps.c': says('IBM HDAPS driver'), 'tp_smapi.c': says('ThinkPad SMAPI Support') },
      'ThinkPad SMAPI Support <- tp_smapi.c:1 MODULE_DESCRIPTION',
    ],
    [
      'under another file name',
      'jool-dkms',
      { 'src/common.c': says('The core'), 'src/jool_main.c': says('Stateful NAT64 (RFC 6146)') },
      'Stateful NAT64 (RFC 6146) <- src/jool_main.c:1 MODULE_DESCRIPTION',
    ],
    [
      'in its folder',
      'ddcci',
      { 'ddcci/main.c': says('DDC/CI bus driver'), 'x/main.c': says('Other thing') },
      'DDC/CI bus driver <- ddcci/main.c:1 MODULE_DESCRIPTION',
    ],
    [
      'the one that most agree on',
      'x',
      {
        'a.c': says('Wireless LAN driver'),
        'b.c': says('Wireless LAN driver'),
        'c.c': says('Other'),
      },
      'wireless LAN driver <- a.c:1 MODULE_DESCRIPTION',
    ],
    [
      'the README’s title',
      'hello',
      { 'README.md': '# hello - drives the FOO card\n' },
      'drives the FOO card <- README.md',
    ],
    [
      'the README’s first sentence',
      'hello',
      { 'README.md': '# hello\n\nHello is a Linux driver for the FOO card of Foo Inc.\n' },
      'Linux driver for the FOO card of Foo Inc <- README.md',
    ],
    [
      'what several modules share',
      'openrazer',
      { 'a.c': says('Razer Keyboard Device Driver'), 'b.c': says('Razer Mouse Device Driver') },
      'Razer Device Driver <- MODULE_DESCRIPTION of 2 modules',
    ],
    [
      'a README in a folder is not of the whole',
      'x',
      { 'fw/README': 'fw - the firmware of the card\n====\n' },
      undefined,
    ],
    [
      'one of several unlike modules is not the whole',
      'x',
      { 'a.c': says('One thing'), 'b.c': says('Another') },
      undefined,
    ],
    [
      'a test module is none of them',
      'x',
      { 'a-test.c': says('KUnit tests for it'), 'tests/b.c': says('Checks it all') },
      undefined,
    ],
    ['without any statement there is no licence', 'x', { 'a.c': 'int x;' }, undefined],
  ])('%s', (_, name, files, expected) => {
    expect(synopsis(name, files as Record<string, string>)).toBe(expected);
  });

  test('a version at the end is removed, and the rest must describe (i2c-ch341-usb, pcxhr)', () => {
    expect(synopsis('foo', { 'foo.c': says('Digi foo card v1.0') })).toMatch(/^Digi foo card <-/);
    const files = {
      'foo.c': says('foo driver v1.0'),
      'README.md': '# USB to I2C adapter driver\n',
    };
    expect(synopsis('foo', files)).toBe('USB to I2C adapter driver <- README.md');
    expect(synopsis('foo', { 'foo.c': says('Bus driver for USB 2.0') })).toContain('USB 2.0');
  });

  test('the README beside the source comes before that at the top (fusion-hat)', () => {
    const files = {
      'README.md': '# The Python library of the hat\n',
      'driver/README.md': '# The kernel driver of the hat\n',
    };
    expect(synopsis('x', files, ['a', 'b'], 'driver')).toMatch(/<- driver\/README\.md$/);
    expect(synopsis('x', files)).toMatch(/<- README\.md$/);
  });

  test('a list item or a licence is not a title (kvaser)', () => {
    const text =
      '/*\n** Copyright 2017 by K\n**\n** License: BSD-new\n** ======\n** x\n*/\n\n* Driver modules\n=====\n';
    expect(synopsis('x', { README: text })).toBeUndefined();
  });

  test('the kernel’s macro for device-mapper is known (dm-writeboost)', () => {
    const files = { 'dm-x.c': 'MODULE_DESCRIPTION(DM_NAME " writeboost target");' };
    expect(synopsis('dm-x', files)).toMatch(/^device-mapper writeboost target/);
  });

  test('a note that the driver is unmaintained is not a description (ivsc-driver)', () => {
    const text =
      '# X\n\nThis project will no longer be maintained by Intel.\n\nMore information may be found at the site of it.\n';
    const tree = sources({ 'README.md': text });
    const input = { dkmsName: 'x', version: '1', folder: '', moduleNames: [], statements: [] };
    expect(describeTree({ ...input, sources: tree }).paragraphs).toBeUndefined();
  });

  test('a paragraph that only repeats the synopsis is left out (irda)', () => {
    const tree = sources({
      'README.md': '# IrDA\n\nAn out-of-tree irda subsystem and drivers for Linux.\n',
    });
    const input = { dkmsName: 'irda', version: '1', folder: '', moduleNames: ['a', 'b'] };
    const found = describeTree({ ...input, statements: [], sources: tree });
    expect(found.synopsis?.value).toBe('out-of-tree irda subsystem and drivers for Linux');
    expect(found.paragraphs).toBeUndefined();
  });

  test('the paragraphs have the file that they come from', () => {
    const tree = sources({
      'README.md': '# X\n\nThis driver supports the FOO-1 PCI card under Linux.\n',
    });
    expect(
      describeTree({
        dkmsName: 'x',
        version: '1.0',
        folder: '',
        moduleNames: [],
        statements: [],
        sources: tree,
      }).paragraphs,
    ).toEqual({
      value: ['This driver supports the FOO-1 PCI card under Linux.'],
      from: 'README.md',
    });
  });
});

test.each([
  ['Tehuti Network Driver from https://github.com/acooks/x', 'Tehuti Network Driver'],
  ['WinChipHead (沁恒) CH341 drivers', 'WinChipHead CH341 drivers'],
  ['foo ~ Linux Memory Extractor', 'Linux Memory Extractor'],
  ['foo for Linux', undefined],
  ['fork of foo maintained by somebody', undefined],
  ['Table of Content', undefined],
  ['Features implemented by this driver package', undefined],
])('a synopsis of %s', (line, expected) => {
  expect(usableSynopsis(line, 'foo')).toBe(expected);
});

describe('the synopsis is the driver’s', () => {
  const of = (readme: string, names: string[], files: Record<string, string> = {}) => {
    const tree = sources({ 'README.md': readme, ...files });
    return describeTree({
      dkmsName: 'foo',
      version: '1.0',
      folder: '',
      moduleNames: names,
      statements: readModuleMacros(tree),
      sources: tree,
    }).synopsis?.value;
  };

  test('for several modules the README’s definition comes before the module with the driver’s name', () => {
    const files = {
      'foo.c': 'MODULE_DESCRIPTION("Stateful NAT64");',
      'foo_siit.c': 'MODULE_DESCRIPTION("Stateless translator");',
    };
    const readme = '# foo\n\nFoo is an Open Source SIIT and NAT64 for Linux.\n';
    expect(of(readme, ['foo', 'foo_siit'], files)).toBe('open Source SIIT and NAT64 for Linux');
    expect(of('', ['foo', 'foo_siit'], files)).toBe('Stateful NAT64');
  });

  test('a sentence without a verb', () => {
    const readme = '# foo\n\nLinux kernel hwmon drivers for liquid coolers and other devices.\n';
    expect(of(readme, ['a', 'b'])).toBe(
      'Linux kernel hwmon drivers for liquid coolers and other devices',
    );
    expect(
      of('# foo\n\nThis is what the module for foo of the vendor needs to run.\n', ['a', 'b']),
    ).toBeUndefined();
  });
});
