import { describe, expect, test } from 'vitest';
import { describeTree, usableSynopsis } from '../../../src/generate/facts/description.ts';
import { readModuleMacros } from '../../../src/generate/facts/module-macros.ts';
import { readReadme } from '../../../src/generate/facts/readme.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { sources } from './helpers.ts';

describe('readReadme', () => {
  test('xone: badges, code marks, emphasis', () => {
    expect(
      readReadme(
        '# xone [![Release](https://img.shields.io/x)](https://x) [![D](https://d)](https://d)\n\n' +
          "`xone` is a Linux kernel driver for Xbox One accessories. It serves as a modern replacement for `xpad`, aiming to be compatible with Microsoft's *Game Input Protocol* (GIP).\n\n" +
          '## Compatibility\n\n- [x] Wired devices (via USB)\n',
      ),
    ).toEqual({
      title: 'xone',
      paragraphs: [
        "xone is a Linux kernel driver for Xbox One accessories. It serves as a modern replacement for xpad, aiming to be compatible with Microsoft's Game Input Protocol (GIP).",
      ],
    });
  });

  test('v4l2loopback: an underlined title; stops where it becomes personal', () => {
    expect(
      readReadme(
        'v4l2loopback - a kernel module to create V4L2 loopback devices\n==============\n\n' +
          'This module allows you to create "virtual video devices".\nNormal (v4l2) applications will read these devices as if they were ordinary\nvideo devices, e.g. a capture card.\nThis allows you to apply some effects on your\nSkype video...\nI\'ve been using it.\n\n# NEWS\nTo get the main features of each new release, see the NEWS file.\n',
      ),
    ).toEqual({
      title: 'v4l2loopback - a kernel module to create V4L2 loopback devices',
      paragraphs: [
        'This module allows you to create "virtual video devices". Normal (v4l2) applications will read these devices as if they were ordinary video devices, e.g. a capture card.',
      ],
    });
  });

  test('reStructuredText: overline, directives, links, roles', () => {
    expect(
      readReadme(
        '=====\nHello\n=====\n\n.. image:: x.png\n   :alt: x\n\n|badge|\n\nHello drives the ``FOO-1`` card of `Foo Inc. <https://foo>`__ through its :code:`PCI` interface.\n\nInstallation\n------------\n\nThis section describes how the module is installed by hand.\n',
      ),
    ).toEqual({
      title: 'Hello',
      paragraphs: ['Hello drives the FOO-1 card of Foo Inc. through its PCI interface.'],
    });
  });

  test('plain text without a heading', () => {
    expect(
      readReadme('This driver supports the FOO-1 PCI card under Linux 5.4 and newer.\n'),
    ).toEqual({
      title: undefined,
      paragraphs: ['This driver supports the FOO-1 PCI card under Linux 5.4 and newer.'],
    });
  });

  test('an overview further down, HTML, emoji', () => {
    expect(
      readReadme(
        '---\nlayout: x\n---\n<h1 align="center">Hello 🚀</h1>\n<p align="center"><img src="x"></p>\n<!-- comment\n\nhidden paragraph of some length, with many words -->\n## Installation\nRun the script and wait until it is done, then reboot.\n\n## Overview\nThe module drives the &quot;FOO&quot; card &amp; its relatives :rocket: through PCI.\n',
      ),
    ).toEqual({
      title: 'Hello',
      paragraphs: ['The module drives the "FOO" card & its relatives through PCI.'],
    });
  });

  test.each([
    [
      'disclaimers',
      '# X\n\n## Disclaimer\n\nThis driver might not work on other laptops produced by MSI.\n',
    ],
    [
      'the repository, not the driver (rtw89)',
      '# X\n\nThis repo now contains the code for the Realtek RTW8922AE, which is a Wifi 7 device.\n',
    ],
    [
      'notices',
      '# X\n\nNotice: An updated standards compliant (mac80211), in-kernel driver is available.\n',
    ],
    [
      'instructions',
      '# X\n\nMake sure that your Linux kernel has support for your CPUs before anything else.\n',
    ],
    ['shouting', '# X\n\nTHIS DRIVER IS THE BEST DRIVER THAT THERE EVER WAS IN THE WORLD.\n'],
    [
      'another script',
      '# X\n\nЭтот драйвер предназначен для работы с картами FOO под управлением Linux.\n',
    ],
    [
      'code',
      '# X\n\n```\nThis driver supports the FOO-1 PCI card under Linux.\n```\n\n    This driver supports the FOO-1 PCI card under Linux.\n',
    ],
    ['an unclosed fence', '# X\n\n```\nThis driver supports the FOO-1 PCI card under Linux.\n'],
    [
      'lists and tables',
      '# X\n\n* This driver supports the FOO-1 PCI card under Linux.\n\n| This driver | supports the FOO-1 PCI card |\n',
    ],
    ['quotations', '# X\n\n> [!NOTE] This driver supports the FOO-1 PCI card under Linux.\n'],
    ['too little', '# X\n\nA driver.\n'],
    ['links', '# X\n\nhttps://example.org/a-rather-long-address-of-a-page\n'],
    ['nothing', ''],
  ])('no description: %s', (_, text) => {
    expect(readReadme(text).paragraphs).toEqual([]);
  });

  test('a paragraph of a megabyte does not take long', async () => {
    const text = `# X\n\n${'[a](b) _c_ *d* `e` <f '.repeat(6000)}`;
    expect(await cpuTime(() => readReadme(text))).toBeLessThan(1000);
  });
});

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
    ['nothing tells', 'x', { 'a.c': 'int x;' }, undefined],
  ])('%s', (_, name, files, expected) => {
    expect(synopsis(name, files as Record<string, string>)).toBe(expected);
  });

  test('a version at the end goes, and what is left must say something (i2c-ch341-usb, pcxhr)', () => {
    expect(synopsis('foo', { 'foo.c': says('Digi foo card v1.0') })).toMatch(/^Digi foo card <-/);
    const files = {
      'foo.c': says('foo driver v1.0'),
      'README.md': '# USB to I2C adapter driver\n',
    };
    expect(synopsis('foo', files)).toBe('USB to I2C adapter driver <- README.md');
    expect(synopsis('foo', { 'foo.c': says('Bus driver for USB 2.0') })).toContain('USB 2.0');
  });

  test('the README beside the source goes before the tree’s (fusion-hat)', () => {
    const files = {
      'README.md': '# The Python library of the hat\n',
      'driver/README.md': '# The kernel driver of the hat\n',
    };
    expect(synopsis('x', files, ['a', 'b'], 'driver')).toMatch(/<- driver\/README\.md$/);
    expect(synopsis('x', files)).toMatch(/<- README\.md$/);
  });

  test('a list item or a licence is no title (kvaser)', () => {
    const text =
      '/*\n** Copyright 2017 by K\n**\n** License: BSD-new\n** ======\n** x\n*/\n\n* Driver modules\n=====\n';
    expect(synopsis('x', { README: text })).toBeUndefined();
  });

  test('device-mapper’s name is the kernel’s macro (dm-writeboost)', () => {
    const files = { 'dm-x.c': 'MODULE_DESCRIPTION(DM_NAME " writeboost target");' };
    expect(synopsis('dm-x', files)).toMatch(/^device-mapper writeboost target/);
  });

  test('that nobody maintains it any more is no description (ivsc-driver)', () => {
    const text =
      '# X\n\nThis project will no longer be maintained by Intel.\n\nMore information may be found at the site of it.\n';
    const tree = sources({ 'README.md': text });
    const input = { dkmsName: 'x', version: '1', folder: '', moduleNames: [], statements: [] };
    expect(describeTree({ ...input, sources: tree }).paragraphs).toBeUndefined();
  });

  test('paragraphs and where they come from', () => {
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
