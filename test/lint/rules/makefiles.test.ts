// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of make
import { expect, test } from 'vitest';
import { confWith, lintFiles } from '../../support/lint-a-tree.ts';

const RULES =
  /^(?:extra-cflags|srctree-src|pwd-in-makefile|subdirs-makefile|makefile-script|make-)/;

async function codesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const found = (await lintFiles(files)).filter(({ code }) => RULES.test(code));
  return found.map(({ code, file, line }) => `${code} ${file.split('/').at(-1)}:${line}`);
}

test.each<[string, Readonly<Record<string, string>>, string[]]>([
  [
    'EXTRA_AFLAGS',
    { Makefile: 'obj-m += foo.o\nEXTRA_AFLAGS := -DX\n' },
    ['extra-cflags Makefile:2'],
  ],
  ['a comment', { Makefile: 'obj-m += foo.o\n# EXTRA_CFLAGS += -DX\n' }, []],
  [
    'a comment with CRLF',
    { Makefile: 'obj-m += foo.o\r\nX = 1 # -I$(srctree)/$(obj)\r\n# -I$(srctree)/$(src)\r\n' },
    [],
  ],
  ['a flag of a recipe', { Makefile: 'obj-m += foo.o\nall:\n\tmake EXTRA_CFLAGS=-DX\n' }, []],
  ['a Kbuild in a folder', { 'sub/Kbuild': 'EXTRA_CFLAGS += -DX\n' }, ['extra-cflags Kbuild:1']],
  [
    '$(srctree)/$(obj)',
    { Makefile: 'obj-m += foo.o\nccflags-y += -I$(srctree)/$(obj)\n' },
    ['srctree-src Makefile:2'],
  ],
  [
    'braces',
    { Makefile: 'ccflags-y += -I${srctree}/${src}\nobj-m += foo.o\n' },
    ['srctree-src Makefile:1'],
  ],
  [
    'include of $(PWD)',
    { Makefile: 'include $(PWD)/common.mk\nobj-m += foo.o\n', 'common.mk': '' },
    ['pwd-in-makefile Makefile:1'],
  ],
  [
    'a script that is missing',
    { Makefile: 'obj-m += foo.o\nall:\n\t./gen.sh\n' },
    ['makefile-script Makefile:3'],
  ],
  [
    'a script of a shell',
    { Makefile: 'V := $(shell sh ./v.sh)\nobj-m += foo.o\n', 'v.sh': 'echo\n' },
    [],
  ],
  [
    'a script in $(shell)',
    { Makefile: 'V := $(shell $(src)/v.sh)\nobj-m += foo.o\n', 'v.sh': 'echo\n' },
    ['makefile-script Makefile:1'],
  ],
  [
    'a makefile that asks whether src is absolute',
    { Makefile: 'D := $(if $(filter /%,$(src)),$(src),$(srctree)/$(src))\nobj-m += foo.o\n' },
    [],
  ],
  [
    'the rest of a command',
    { Makefile: 'obj-m += foo.o\nall:\n\tperl \\\n\t$(src)/a.pl\n', 'a.pl': '1;\n' },
    [],
  ],
  [
    'MAKE with variables before a script',
    { 'dkms.conf': confWith('MAKE="KVER=$kernelver ./gone.sh"') },
    ['make-script-missing dkms.conf:6'],
  ],
  ['MAKE of an interpreter', { 'dkms.conf': confWith('MAKE="bash ./b.sh"'), 'b.sh': 'make\n' }, []],
  [
    './configure that autoconf makes',
    { 'dkms.conf': confWith('MAKE="./configure && make"'), 'configure.ac': '' },
    ['make-chain dkms.conf:6', 'make-not-first dkms.conf:6'],
  ],
])('%s', async (_name, files, expected) => {
  expect(await codesOf(files)).toEqual(expected);
});
