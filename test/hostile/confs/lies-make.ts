import { append, type ConfLie, write } from './lie.ts';
import type { HostileTree } from './tree.ts';

type Change = string | ((tree: HostileTree) => void);

/** What stands in place of the Makefile, or changes the tree's makefiles. */
const MAKEFILES: Readonly<Record<string, Change>> = {
  'recursion by $(MAKE)': 'all modules:\n\t$(MAKE) all\n',
  'recursion while it is read': 'x := $(shell $(MAKE) -s all)\nobj-m := hostile.o\nall:\n',
  'recursion of two directories': (tree) => {
    write(tree, 'Makefile', 'all modules:\n\t$(MAKE) -C a all\n');
    write(tree, 'a/Makefile', 'all modules:\n\t$(MAKE) -C .. all\n');
  },
  'recursion in parallel': 'all modules: a b c\na b c:\n\t$(MAKE) -j4 a b c\n',
  'a sleep': ({ mark, files }) =>
    void files.set('Makefile', { text: `x := $(shell sleep ${mark})\nobj-m := hostile.o\n` }),
  'a sleep in the background': ({ mark, files }) =>
    void files.set('Makefile', {
      text: `x := $(shell setsid sleep ${mark} >/dev/null 2>&1 </dev/null &)\nobj-m := hostile.o\nall:\n\tsetsid sleep ${mark} &\n`,
    }),
  'a flood': 'all modules:\n\tyes\n',
  'a flood while it is read': 'x := $(shell yes)\nobj-m := hostile.o\n',
  'a flood by $(info)': `x = ${'$(info aaaaaaaaaaaaaaaaaaaaaaaaaaa)'.repeat(50)}\ny = ${'$(x)'.repeat(100)}\nz = ${'$(y)'.repeat(100)}\nobj-m := $(z)hostile.o\n`,
  'a variable of itself': 'obj-m = $(obj-m) hostile.o\nall: $(obj-m)\n',
  'variables in a circle': 'a = $(b)\nb = $(c)\nc = $(a)\nobj-m := $(a)\n',
  'a variable that doubles': `a0 := xxxxxxxxxxxxxxxx\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} := $(a${i})$(a${i})`).join('\n')}\nobj-m := $(a40).o\n`,
  'a variable that doubles late': `a0 = xxxxxxxxxxxxxxxx\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} = $(a${i})$(a${i})`).join('\n')}\nobj-m := $(a40).o\n`,
  'words times words': `n := 1 2 3 4 5 6 7 8 9 0\nobj-m := $(foreach a,$(n),$(foreach b,$(n),$(foreach c,$(n),$(foreach d,$(n),$(foreach e,$(n),$(foreach f,$(n),$(foreach g,$(n),x$(a)$(b)$(c)$(d)$(e)$(f)$(g).o)))))))\n`,
  'functions in one another': `obj-m := ${'$(subst a,b,'.repeat(3000)}hostile.o${')'.repeat(3000)}\n`,
  'conditions in one another': `${'ifeq (a,a)\n'.repeat(20_000)}obj-m := hostile.o\n${'endif\n'.repeat(20_000)}`,
  'conditions without end': `${'ifdef X\n'.repeat(20_000)}obj-m := hostile.o\n`,
  'eval of itself': 'define f\n$$(eval $$(call f))\nendef\n$(eval $(call f))\nobj-m := hostile.o\n',
  'a hundred thousand modules': `obj-m := ${Array.from({ length: 100_000 }, (_, i) => `m${i}.o`).join(' ')}\n`,
  'a hundred thousand lines': 'obj-m += hostile.o\n'.repeat(100_000),
  'a line of 8 MB': `obj-m := ${'hostile.o '.repeat(800_000)}\n`,
  'a line that goes on': `obj-m := hostile.o \\\n${' x.o \\\n'.repeat(50_000)}\n`,
  'patterns without end': `obj-m := $(wildcard ${'*/'.repeat(60)}*) $(wildcard ${'*a'.repeat(40)}) hostile.o\n`,
  'rules of patterns': `${'%: %.x\n\tfalse\n'.repeat(200)}${Array.from({ length: 200 }, (_, i) => `%.x${i}: %.x${i + 1}\n\tfalse`).join('\n')}\nobj-m := hostile.o\n`,
  'NUL bytes': 'obj-m := hos\0tile.o\nall:\0\n',
  'a here document of dollars': `obj-m := ${'$'.repeat(100_001)}hostile.o\n`,
  'kill $PPID': 'x := $(shell kill -9 $$PPID)\nobj-m := hostile.o\nall:\n\tkill -9 $$PPID\n',
  'rm of the tree': 'x := $(shell rm -rf * .git)\nobj-m := hostile.o\nall:\n\trm -rf *\n',
  'a file in the tree':
    'x := $(shell touch new-file)\nobj-m := hostile.o\nall:\n\ttouch newer-file\n',
  'a file beside the tree': 'x := $(shell touch ../new-file)\nobj-m := hostile.o\n',
};

/** Makefiles that keep make busy, or fill its memory, until somebody stops it. */
const ENDLESS = /^(?:recursion|a sleep$|a flood|variables? (?:of|in|that)|a variable|eval)/;

/** Makefiles that lead to others. */
const INCLUDES: Readonly<Record<string, (tree: HostileTree) => void>> = {
  itself: (tree) => append(tree, 'Kbuild', 'include $(src)/Kbuild\n'),
  'itself by a condition': (tree) =>
    append(tree, 'Kbuild', '-include $(src)/config.mk\n-include $(src)/Kbuild\n'),
  'a circle': (tree) => append(tree, 'config.mk', 'include $(src)/Kbuild\n'),
  'a chain of three thousand': (tree) => {
    for (let i = 0; i < 3000; i++) {
      write(tree, `mk/${i}.mk`, `x += ${i}\n-include $(src)/mk/${i + 1}.mk\n`);
    }
    append(tree, 'Kbuild', 'include $(src)/mk/0.mk\n');
  },
  'each one all others': (tree) => {
    for (let i = 0; i < 40; i++) write(tree, `mk/${i}.mk`, '-include $(src)/mk/*.mk\n');
    append(tree, 'Kbuild', 'include $(wildcard $(src)/mk/*.mk)\n');
  },
  'twice each time': (tree) => {
    for (let i = 0; i < 40; i++) {
      write(tree, `mk/${i}.mk`, `include $(src)/mk/${i + 1}.mk\ninclude $(src)/mk/${i + 1}.mk\n`);
    }
    write(tree, 'mk/40.mk', '\n');
    append(tree, 'Kbuild', 'include $(src)/mk/0.mk\n');
  },
  'a file outside': (tree) => append(tree, 'Kbuild', `include ${tree.outsideDirectory}/secret\n`),
  'a relative file outside': (tree) => append(tree, 'Kbuild', 'include $(src)/../outside/secret\n'),
  '/dev/zero': (tree) => append(tree, 'Kbuild', 'include /dev/zero\n'),
  'a fifo': (tree) => {
    tree.files.set('mk.fifo', { special: 'fifo' });
    append(tree, 'Kbuild', 'include $(src)/mk.fifo\n');
  },
  'a program': (tree) =>
    append(tree, 'Kbuild', `x := $(shell ${tree.outsideDirectory}/secret 2>/dev/null; echo)\n`),
  'its own directory as module': (tree) => append(tree, 'Kbuild', 'obj-m += ./\nobj-y += .//\n'),
  'the directory above as module': (tree) =>
    append(tree, 'Kbuild', 'obj-m += ../\nobj-y += ../../\n'),
  'directories in a circle': (tree) => {
    append(tree, 'Kbuild', 'obj-m += a/\n');
    write(tree, 'a/Makefile', 'obj-m += ../b/\n');
    write(tree, 'b/Makefile', 'obj-m += ../a/ ../\n');
  },
  'a directory that is a link above': (tree) => {
    tree.files.set('loop', { link: '.' });
    append(tree, 'Kbuild', 'obj-m += loop/\n');
  },
  'a thousand directories': (tree) => {
    for (let i = 0; i < 1000; i++) write(tree, `d${i}/Makefile`, `obj-m += ../d${i + 1}/\n`);
    append(tree, 'Kbuild', 'obj-m += d0/\n');
  },
};

const HEADERS: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'in a circle': (tree) => append(tree, 'hostile.h', '#include "hostile.h"\n'),
  'a chain of three thousand': (tree) => {
    for (let i = 0; i < 3000; i++) write(tree, `h/${i}.h`, `#include "${i + 1}.h"\n`);
    append(tree, 'hostile.c', '#include "h/0.h"\n');
  },
  'a fifo': (tree) => {
    tree.files.set('x.h', { special: 'fifo' });
    append(tree, 'hostile.c', '#include "x.h"\n');
  },
  'a source outside': (tree) => append(tree, 'hostile.c', '#include "../outside/secret"\n'),
  'a source of 100 MB': (tree) => void tree.files.set('hostile.c', { sparse: 100 * 1024 * 1024 }),
  'a comment without end': (tree) => append(tree, 'hostile.c', `/*${'*'.repeat(3_000_000)}`),
  'a string without end': (tree) =>
    append(tree, 'hostile.c', `MODULE_DESCRIPTION("${'\\"'.repeat(1_000_000)}`),
  'macros without number': (tree) =>
    append(
      tree,
      'hostile.c',
      'MODULE_ALIAS("usb:v1234p5678d*dc*dsc*dp*ic*isc*ip*in*");\n'.repeat(60_000),
    ),
  'macros in macros': (tree) =>
    append(
      tree,
      'hostile.c',
      `#define A0 "x"\n${Array.from({ length: 60 }, (_, i) => `#define A${i + 1} A${i} A${i}`).join('\n')}\nMODULE_INFO(x, A60);\nMODULE_DESCRIPTION(A60);\n`,
    ),
  'a macro of itself': (tree) =>
    append(tree, 'hostile.c', '#define VERSION VERSION\nMODULE_VERSION(VERSION);\n'),
  'authors without number': (tree) =>
    append(
      tree,
      'hostile.c',
      Array.from(
        { length: 30_000 },
        (_, i) => `/* Copyright (C) ${1990 + (i % 30)} Person ${i} <p${i}@example.org> */\n`,
      ).join(''),
    ),
};

export const MAKE_LIES: readonly ConfLie[] = [
  ...Object.entries(MAKEFILES).flatMap(([which, change], i) =>
    [true, false].map(
      (withConf): ConfLie => ({
        kind: `makefile${withConf ? '' : ' without dkms.conf'}: ${which}`,
        withDebian: withConf && i % 2 === 0,
        endlessMake: ENDLESS.test(which),
        tell: (tree) => {
          tree.files.delete('Kbuild');
          if (typeof change === 'string') write(tree, 'Makefile', change);
          else change(tree);
          if (!withConf) tree.files.delete('dkms.conf');
        },
      }),
    ),
  ),
  ...[...Object.entries(INCLUDES)].flatMap(([which, tell], i) =>
    [true, false].map(
      (withConf): ConfLie => ({
        kind: `include of make${withConf ? '' : ' without dkms.conf'}: ${which}`,
        withDebian: withConf && i % 2 === 1,
        tell: (tree) => {
          tell(tree);
          if (!withConf) tree.files.delete('dkms.conf');
        },
      }),
    ),
  ),
  ...Object.entries(HEADERS).map(
    ([which, tell], i): ConfLie => ({
      kind: `source in C: ${which}`,
      withDebian: i % 3 === 0,
      endlessMake: /100 MB/.test(which),
      tell,
    }),
  ),
];
