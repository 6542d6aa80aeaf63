import { describe, expect, test } from 'vitest';
import { kernelVariables } from '../../../src/generate/derive/kernel-variables.ts';

function variablesOf(text: string): Record<string, string> {
  const found = kernelVariables({ path: 'Makefile', kind: 'other', size: text.length, text });
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
      { KDIR: '/lib/modules/$kernelver' },
    ],
    ['PREFIX := /usr/src/linux', {}],
    ['DATE := $(shell date)', {}],
    ['\tKDIR=$(KDIR) sh x', {}],
  ])('%s', (text, expected) => expect(variablesOf(text)).toEqual(expected));
});
