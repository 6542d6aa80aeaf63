import { describe, expect, test } from 'vitest';
import { readReadme } from '../../../src/facts/project/readme.ts';
import { cpuTime } from '../../support/cpu-time.ts';

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

  test('v4l2loopback: an underlined title; the description ends before personal text', () => {
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

  // Bug: "a Linux&reg; kernel module" in debian/control.
  test('evdi: entities of HTML', () => {
    const { title, paragraphs } = readReadme(
      '# Foo &#8211; driver\n\nFoo is a Linux&reg; kernel module &ndash; for R&D&trade; boards of the vendor&#x27;s &unknown; series.\n',
    );
    expect(title).toBe('Foo – driver');
    expect(paragraphs).toEqual([
      "Foo is a Linux® kernel module - for R&D™ boards of the vendor's &unknown; series.",
    ]);
    const hostile =
      'Foo is&#10;Depends: x &#x202e;a kernel module for &#xd800; boards of a vendor.';
    expect(readReadme(`# Foo\n\n${hostile}\n`).paragraphs).toEqual([
      'Foo is Depends: x a kernel module for boards of a vendor.',
    ]);
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

  test('an overview section further down; HTML and emoji are removed', () => {
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
  ])('not a description: %s', (_, text) => {
    expect(readReadme(text).paragraphs).toEqual([]);
  });

  test('a paragraph of a megabyte does not take long', async () => {
    const text = `# X\n\n${'[a](b) _c_ *d* `e` <f '.repeat(6000)}`;
    expect(await cpuTime(() => readReadme(text))).toBeLessThan(1000);
  });
});

test.each([
  ['last updated', 'Last updated [2024-01-02] for the kernel 6.1 series of the driver.'],
  [
    'a menu',
    'Device Drivers -> Network device support -> Wireless LAN -> Foo driver support here.',
  ],
  ['affiliation', 'This project is NOT affiliated with the vendor of the device in any way.'],
  ['a fork', 'This is a fork of foo that the community of somebody else keeps alive now.'],
  ['a requirement', 'This driver supports Linux kernel versions 2.6.30 or newer on all machines.'],
  [
    'where to ask',
    'Driver information can be obtained using ethtool, lspci, and ip on the system.',
  ],
  ['the end of a list', 'in the Makefile of the driver the first character of the line is removed'],
  ['a table', 'Chip | Works | Since\n--- | --- | ---\nFoo one | yes indeed | 1.0 of the driver'],
  ['a changelog', 'v1.2: the driver knows some more devices of the vendor and works better.'],
  ['a date', '2024-01-02 the driver knows some more devices of the vendor and works better.'],
  ['another product', 'Foo Python library for the small computers of somebody and their boards.'],
  ['who wrote it', 'The foo linux 2.6.x-5.x module for routers by Abc <abc@example.com> is here.'],
])('not a description: %s', (_, body) => {
  expect(readReadme(`# foo\n\n${body}\n`).paragraphs).toEqual([]);
});

test('brackets of a reference are removed', () => {
  const text =
    '# foo\n\nHardware monitoring drivers for coolers supported by [liquidctl], in sysfs.\n';
  expect(readReadme(text).paragraphs).toEqual([
    'Hardware monitoring drivers for coolers supported by liquidctl, in sysfs.',
  ]);
});

test.each(['Table of Contents', 'Contents:', 'Overview', '1. Introduction', '🚀 Installation'])(
  '%s is no title',
  (heading) => {
    const text = `# ${heading}\n- [x](#x)\n\n# Driver for the foo of bar\n`;
    expect(readReadme(text).title).toBe('Driver for the foo of bar');
  },
);

test('a sentence with the maintainer of a collection is still a description', () => {
  const text =
    '# x\n\nThis is a collection of graphics tablet drivers, produced and maintained by the X project.\n';
  expect(readReadme(text).paragraphs).toHaveLength(1);
});

test.each([
  ['Installing the Linux driver for TOY-1, TOY-2', 'Linux driver for TOY-1, TOY-2'],
  ['How to build and install the driver for toys', 'driver for toys'],
  ['Installation instructions for the kernel module of toys', 'kernel module of toys'],
  ['Building the driver', undefined],
  ['Installing on Debian', undefined],
  ['Using toys', undefined],
  ['User-space toys driver', 'User-space toys driver'],
  ['Loadable module for toys', 'Loadable module for toys'],
])('bug: an instruction was a title: %s', (line, expected) => {
  expect(readReadme(`# ${line}\n`).title).toBe(expected);
});

test.each([
  'Several build time options are available.',
  'Several options are available for the toys of the vendor and their kernel.',
  'When configuring the toy software using the provided tool, all is well.',
])('bug: a build instruction was a description: %s', (text) => {
  expect(readReadme(`# Toy driver\n\n${text}\n`).paragraphs).toEqual([]);
});
