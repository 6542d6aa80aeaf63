import { describe, expect, test } from 'vitest';
import { kernelVariables } from '../../../src/driver/derive/kernel-variables.ts';

function variablesOf(text: string): Record<string, string> {
  const found = kernelVariables([{ path: 'Makefile', text }]);
  return Object.fromEntries(found.map(({ name, value }) => [name, value]));
}

describe('kernelVariables', () => {
  test.each([
    ['KDIR ?= /lib/modules/$(shell uname -r)/build', { KDIR: '$kernel_source_dir' }],
    [
      'KERNEL_SRC:=/usr/lib/modules/$(shell uname -r)/source/',
      { KERNEL_SRC: '$kernel_source_dir' },
    ],
    [
      'KVER = $(shell uname -r)\nKDIR = /lib/modules/$(KVER)/build',
      { KVER: '$kernelver', KDIR: '$kernel_source_dir' },
    ],
    ['MODDIR = /lib/modules/$(shell uname -r)', { MODDIR: '/lib/modules/$kernelver' }],
    ['KDIR := /usr/src/linux', { KDIR: '$kernel_source_dir' }],
    [
      'ifdef KVER\nKDIR := /lib/modules/$(KVER)\nelse\nKDIR := /lib/modules/$(shell uname -r)\nendif',
      { KDIR: '/lib/modules/$kernelver', KVER: '$kernelver' },
    ],
    ['PREFIX := /usr/src/linux', {}],
    ['DATE := $(shell date)', {}],
    ['BUILD_KERNEL=$(shell uname -r)', { BUILD_KERNEL: '$kernelver' }],
    ['KVER ?= "$(shell /bin/uname -r 2>/dev/null)"', { KVER: '$kernelver' }],
    ['KVER := `uname -r`', { KVER: '$kernelver' }],
    ['KSRC = /usr/src/linux-headers-`uname -r`', { KSRC: '$kernel_source_dir' }],
    ['all:\n\t$(MAKE) -C $(KERNEL_SRC) M=$(CURDIR)', { KERNEL_SRC: '$kernel_source_dir' }],
    ['LINUX_SRC := $(firstword $(places))', { LINUX_SRC: '$kernel_source_dir' }],
    [
      'ifndef X\n\tBASEDIR := /lib/modules/$(shell uname -r)\nendif',
      { BASEDIR: '/lib/modules/$kernelver' },
    ],
    ['all:\n\tKVER=`uname -r` sh x', {}],
    ['ifneq ($(KERNELRELEASE),)\nendif', {}],
    ['\tDIR=$(HERE) sh x', {}],
  ])('%s', (text, expected) => expect(variablesOf(text)).toEqual(expected));
});
