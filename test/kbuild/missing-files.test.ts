// biome-ignore-all lint/suspicious/noTemplateCurlyInString: make and bash, not templates
import { describe, expect, test } from 'vitest';
import type { BuildCommand } from '../../src/kbuild/make-command.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { type Files, missing } from '../support/missing-in-source.ts';

describe('files without which kbuild fails', () => {
  test.each<[string, Files, Partial<BuildCommand>, string[]]>([
    ['no makefile', { 'dkms.conf': '', 'm.c': '' }, {}, ['error Makefile']],
    ['a module', { Kbuild: 'obj-m := m.o\n' }, {}, ['error m.c Kbuild:1']],
    [
      'a part of a module, in a list that goes over lines and variables',
      { Makefile: 'PARTS := a.o \\\n\tsub/b.o\nobj-m += m.o\nm-y := $(PARTS)\n', 'a.c': '' },
      {},
      ['error sub/b.c Makefile:1'],
    ],
    [
      'a part by foreach, addprefix and a substitution',
      { Makefile: 'S := a b\nobj-m := m.o\nm-objs := $(addprefix x/,$(S:%=%.o))\n', 'x/a.c': '' },
      {},
      ['error x/b.c Makefile:3'],
    ],
    [
      'the branch of ifdef for a variable that refers to an empty variable: make does not expand it',
      {
        Kbuild:
          'EMPTY :=\nREF = $(EMPTY)\nNOW := $(EMPTY)\nobj-m := m.o\nifdef REF\nm-y += a.o\nendif\nifdef NOW\nm-y += b.o\nendif\nm-y += c.o\n',
        'c.c': '',
      },
      {},
      ['error a.c Kbuild:6'],
    ],
    [
      'an included makefile',
      { Kbuild: 'obj-m := m.o\ninclude $(src)/x/Kbuild.include\n', 'm.c': '' },
      {},
      ['error x/Kbuild.include Kbuild:2'],
    ],
    [
      'a header of -include',
      { Kbuild: 'obj-m := m.o\nccflags-y := -include $(src)/compat.h\n', 'm.c': '' },
      {},
      ['error compat.h Kbuild:2'],
    ],
    [
      'a header of a header, in a sub-directory',
      {
        Kbuild: 'obj-m := m.o\n',
        'm.c': '#include "a.h"\n',
        'a.h': '#ifndef A\n#define A\n#include "b.h"\n#endif\n',
      },
      {},
      ['error b.h a.h:3'],
    ],
    [
      'the makefile of a directory',
      { Makefile: 'obj-y += core/\n', 'core/m.c': '' },
      { modules: [{ name: 'm', location: 'core/' }] },
      ['error core/Makefile Makefile:1'],
    ],
    [
      'a directory that a recipe has kbuild build',
      {
        Makefile: 'all:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)/drv modules\n',
        'drv/Kbuild': 'obj-m := m.o\n',
      },
      { make: "'make' KDIR=$kernel_source_dir" },
      ['error drv/m.c drv/Kbuild:1'],
    ],
    [
      'a file behind KERNELRELEASE',
      {
        Makefile:
          'ifneq ($(KERNELRELEASE),)\nobj-m := m.o\nelse\nall:\n\tmake -C x M=$(PWD)\nendif\n',
      },
      { make: 'make -C ${kernel_source_dir} M=${dkms_tree}/m/1.0/build' },
      ['error m.c Makefile:2'],
    ],
    [
      'for some configurations',
      { Kbuild: 'obj-$(CONFIG_X) += x.o\n' },
      {},
      ['warning x.c Kbuild:1'],
    ],
    [
      'a module that dkms.conf names is built in any case',
      { Kbuild: 'obj-$(CONFIG_M) += m.o\n' },
      {},
      ['error m.c Kbuild:1'],
    ],
    [
      'a header of -include in NOSTDINC_FLAGS, by a variable of the call',
      {
        Makefile:
          'NOSTDINC_FLAGS += -include $(PWD)/compat.h\nobj-m := m.o\nall:\n\t$(MAKE) -C $(KERNEL_SRC) M=$(PWD) PWD=$(PWD) modules\n',
        'm.c': '',
      },
      { make: 'make KERNEL_SRC=${kernel_source_dir}' },
      ['error compat.h Makefile:1'],
    ],
    [
      'the makefile of a directory, where a script of the build writes something',
      {
        Makefile:
          'obj-y += drv/\nall: config\n\t$(MAKE) -C $(KERNEL_SRC) M=$(PWD) modules\nconfig:\n\t$(PWD)/gen.sh $(PWD)/autoconf.h\n',
        'gen.sh': 'echo >$1\n',
        'drv/m.c': '',
      },
      { make: 'make KERNEL_SRC=${kernel_source_dir}' },
      ['warning drv/Makefile Makefile:1'],
    ],
    [
      'where PRE_BUILD may make it',
      { Kbuild: 'obj-m := m.o\n', x: '' },
      { preBuild: './x' },
      ['warning m.c Kbuild:1'],
    ],
  ])('%s', (_, files, build, expected) => {
    expect(missing(files, build)).toEqual(expected);
  });

  test('a broken symlink', () => {
    const files = { Kbuild: 'obj-m := m.o\n', 'm.c': { link: '../src/m.c' } };
    expect(missing(files, {}, false)).toEqual(['error m.c Kbuild:1']);
    expect(missing(files)).toEqual([]);
  });
});

describe('files that the build generates or does not need', () => {
  test.each<[string, Files, Partial<BuildCommand>?]>([
    [
      'a rule',
      { Kbuild: 'obj-m := m.o\n$(obj)/m.c: $(src)/m.in\n\tsed s/a/b/ $< > $@\n', 'm.in': '' },
    ],
    [
      'a header that a recipe names',
      {
        Kbuild: 'obj-m := m.o\n$(obj)/m.o: $(obj)/g\n$(obj)/g:\n\techo > $(obj)/gen.h\n',
        'm.c': '#include "gen.h"\n',
      },
    ],
    [
      'a pattern rule',
      { Kbuild: 'obj-m := m.o\nm-y := t.o\n$(obj)/%.o: $(src)/%.tbl\n\tgen $<\n', 't.tbl': '' },
    ],
    [
      'shipped objects, assembler, ASN.1, templates',
      {
        Kbuild: 'obj-m := m.o\nm-y := a.o b.o c.asn1.o d.o e.o\n',
        'a.o_shipped': '',
        'b.S': '',
        'c.asn1': '',
        'd.c_shipped': '',
        'e.c.in': '',
      },
    ],
    [
      'wildcards',
      {
        Kbuild: 'obj-m := m.o\nm-y := $(patsubst $(src)/%.c,%.o,$(wildcard $(src)/p/*.c))\n',
        'p/a.c': '',
      },
    ],
    [
      'headers of the kernel and of the compiler',
      {
        Kbuild: 'obj-m := m.o\n',
        'm.c': '#include <linux/gone.h>\n#include "net/x.h"\n#include <stdarg.h>\n',
      },
    ],
    [
      'conditional includes',
      {
        Kbuild: 'obj-m := m.o\n',
        'm.c':
          '#ifdef _WIN32\n#include "windows.h"\n#endif\n#ifndef __KERNEL__\n#include "user.h"\n#endif\n/* #include "no.h" */\n// #include "no.h"\n',
      },
    ],
    [
      '-include that may be missing',
      { Kbuild: 'obj-m := m.o\n-include $(src)/local.mk\n', 'm.c': '' },
    ],
    [
      'makefiles of the kernel',
      { Makefile: 'obj-m := m.o\ninclude $(KDIR)/.config\ninclude $(srctree)/x.mk\n', 'm.c': '' },
    ],
    [
      'a header that -I finds in a place that a command tells',
      {
        Kbuild: 'obj-m := m.o\nccflags-y := -I$(shell pwd)/inc\n',
        'm.c': '#include "h.h"\n',
        'inc/h.h': '',
      },
    ],
    [
      'the other branch',
      { Kbuild: 'X := 1\nobj-m := m.o\nifeq ($(X),2)\nm-y := gone.o\nendif\n', 'm.c': '' },
    ],
    ['a configure script', { 'Makefile.in': '', configure: '' }, { preBuild: './configure' }],
    ['host programs', { Kbuild: 'hostprogs := tool\nobj-m := m.o\n', 'm.c': '' }],
    [
      'a patch of DKMS that brings the file',
      { Kbuild: 'obj-m := m.o\n', 'patches/a.patch': '--- /dev/null\n+++ b/m.c\n' },
    ],
  ])('%s', (_, files, build = {}) => {
    expect(missing(files, build).filter((one) => one.startsWith('error'))).toEqual([]);
  });
});

test('reading a makefile that grows exponentially or includes itself ends', async () => {
  const growing = `A := x\n${'A := $(A) $(A)\n'.repeat(60)}obj-m := $(A)\nB = $(B)$(C)\nC = $(B)\nobj-m += $(B)\n`;
  const itself = { Kbuild: `include $(src)/Kbuild\nobj-y += ./ sub/../\n${growing}` };
  expect(await cpuTime(() => missing(itself))).toBeLessThan(10_000);
});

test.each([
  ['one variable', 'A = $(A) $(A) $(A)\n'],
  ['two variables', 'A = $(B) $(A)\nB = $(A) $(A)\n'],
  ['a part of a name', 'A = $(B)x $(X-$(A))\nB = y$(A) $(filter a,$(A))\n'],
])('bug: a circle of %s, which make refuses, took seconds', async (_, circle) => {
  const files = { Kbuild: `${circle}obj-m += $(A) m.o\nm-y := gone.o\n`, 'm.c': '' };
  const used = await cpuTime(() => {
    expect(missing(files)).toContainEqual(expect.stringContaining('gone.c'));
  });
  expect(used).toBeLessThan(500);
});

test.each<[string, string]>([
  ['adds to a variable', 'obj-m += m.o\n'],
  ['adds to a variable by a condition', 'obj-$(CONFIG_X) += m.o\n'],
  ['may set a variable', 'ifdef CONFIG_X\nobj-m := m.o\nendif\n'],
  ['sets a variable that is not set', 'ifdef CONFIG_X\nobj-m ?= m.o\nendif\n'],
  ['sets a variable from itself', 'obj-m := $(obj-m) m.o\n'],
  ['searches for files', 'obj-m := $(patsubst %.c,%.o,$(wildcard m*.c))\n'],
  ['has a rule', 'm.o: m.c m.h\n\tcc $@\n'],
  ['tests a value', 'ifeq ($(obj-m),m.o)\nobj-m := m.o\nendif\n'],
])('bug: a makefile with a hundred thousand lines, each of which %s', async (_, line) => {
  const text = line.repeat(Math.ceil(100_000 / (line.split('\n').length - 1)));
  const files = { Kbuild: `${text}obj-m += m.o\n`, 'm.c': '' };
  expect(await cpuTime(() => missing(files))).toBeLessThan(10_000);
});

test('bug: many patterns were compared with many files', async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `x := $(wildcard a*${i}*.c)\n`);
  const names = Array.from({ length: 2000 }, (_, i) => [`a${i}.h`, ''] as const);
  const files = { Kbuild: `obj-m := m.o\n${lines.join('')}`, ...Object.fromEntries(names) };
  expect(await cpuTime(() => missing(files))).toBeLessThan(10_000);
});
