// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of make
import { expect, test } from 'vitest';
import { EXTRA_FLAGS_RULES } from '../../../src/lint/rules/extra-flags.ts';
import type { TreeContext } from '../../../src/lint/tree/tree-rule.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { lintFiles } from '../../support/lint-a-tree.ts';

/** Returns the advice of extra-cflags for each line that it finds in a makefile, or in several files. */
async function adviceOf(makefile: string, more: Readonly<Record<string, string>> = {}) {
  const files = { Makefile: `obj-m += foo.o\n${makefile}\n`, ...more };
  const found = (await lintFiles(files, '', false)).filter(({ code }) => code === 'extra-cflags');
  return found.map(({ advice }) => advice);
}

test.each([
  ['new flags', 'EXTRA_CFLAGS += -I$(src)/include', 'use ccflags-y'],
  ['what kbuild has', 'EXTRA_CFLAGS += $(ccflags-y)', 'delete the line: kbuild uses $(ccflags-y)'],
  ['what kbuild has, in braces', 'EXTRA_CFLAGS := ${KBUILD_CFLAGS}', 'delete the line: kbuild'],
  ['flags of the caller', 'EXTRA_CFLAGS = $(KCFLAGS)', 'delete the line: kbuild uses $(KCFLAGS)'],
  ['itself', 'EXTRA_CFLAGS := $(EXTRA_CFLAGS)', 'delete the line'],
  ['nothing', 'EXTRA_CFLAGS :=', 'delete the line: it sets no flags'],
  [
    'what kbuild has, and new flags',
    'EXTRA_CFLAGS := $(ccflags-y) -DX $(LINUXINCLUDE)',
    'write ccflags-y += -DX',
  ],
  ['the old name on both sides', 'EXTRA_CFLAGS := $(EXTRA_CFLAGS) -O2', 'write ccflags-y += -O2'],
  [
    'continued lines',
    'EXTRA_CFLAGS += \\\n  $(ccflags-y) \\\n  -DA -DB',
    'write ccflags-y += -DA -DB',
  ],
  ['a default', 'EXTRA_CFLAGS ?= -g', 'use ccflags-y +='],
  ['the linker', 'EXTRA_LDFLAGS += --build-id', 'use ldflags-y'],
  ['what the linker has', 'EXTRA_LDFLAGS = $(KBUILD_LDFLAGS)', 'delete the line'],
  ['what only the compiler has', 'EXTRA_LDFLAGS += $(ccflags-y)', 'use ldflags-y'],
  ['the assembler', 'EXTRA_AFLAGS := -Wa,-mfoo', 'use asflags-y'],
  ['what the assembler has', 'EXTRA_AFLAGS := $(asflags-y) $(KAFLAGS)', 'delete the line'],
  ['the preprocessor', 'EXTRA_CPPFLAGS += -DX', 'use cppflags-y'],
  ['one object', 'foo.o: EXTRA_CFLAGS += -DX', 'use CFLAGS_foo.o'],
  ['objects', '$(obj)/a.o $(obj)/b.o: EXTRA_AFLAGS += -DX', 'use AFLAGS_a.o, AFLAGS_b.o'],
  ['a target', 'debug: EXTRA_CFLAGS += -g', 'write debug: export KCFLAGS +='],
  ['a command', 'OPTIONS := V=1 EXTRA_CFLAGS="-DX"', 'pass KCFLAGS='],
  ['a command for the linker', 'OPTIONS := V=1 EXTRA_LDFLAGS=-s', 'set ldflags-y in the makefile'],
  ['export', 'export EXTRA_CFLAGS += -DX', 'use ccflags-y'],
  ['eval', '$(eval EXTRA_CFLAGS += -DX)', 'use ccflags-y'],
])('the advice for %s works: %s', async (_, makefile, advice) => {
  expect(await adviceOf(makefile)).toEqual([expect.stringMatching(startOf(advice))]);
});

/** Matches a text that begins so. After a whole advice such as `use ccflags-y` nothing may follow. */
function startOf(advice: string): RegExp {
  const escaped = advice.replace(/[$(){}+.*?[\]\\^|]/g, '\\$&');
  return new RegExp(`^${escaped}${/^use |^write /.test(advice) ? '$' : ''}`);
}

test('flags of the assembler that are those of the compiler get both new names', async () => {
  const makefile = 'EXTRA_CFLAGS += -DX\nEXTRA_AFLAGS := $(EXTRA_CFLAGS)';
  expect(await adviceOf(makefile)).toEqual(['use ccflags-y', 'write asflags-y += $(ccflags-y)']);
});

test('flags that ccflags-y has already are not given twice', async () => {
  const both = 'ccflags-y += -I$(src)/include -DX\nEXTRA_CFLAGS += -DX -I$(src)/include';
  expect(await adviceOf(both)).toEqual(['delete the line: ccflags-y has the same flags']);
  const inside = 'ccflags-y += -DX\nifdef OLD\nEXTRA_CFLAGS += -DX\nendif';
  expect(await adviceOf(inside)).toEqual(['delete the line: ccflags-y has the same flags']);
  // ccflags-y gets them only where EXTRA_CFLAGS does not.
  const apart = 'ifdef OLD\nEXTRA_CFLAGS += -DX\nelse\nccflags-y += -DX\nendif';
  expect(await adviceOf(apart)).toEqual(['use ccflags-y']);
});

test('an assignment that would replace what ccflags-y has becomes +=', async () => {
  const [advice] = await adviceOf('ccflags-y += -DA\nEXTRA_CFLAGS = -DB');
  expect(advice).toMatch(/^use ccflags-y \+=, because = would replace/);
});

test.each([
  ['ccflags-y', 'EXTRA_CFLAGS += -DX\nccflags-y += $(EXTRA_CFLAGS)'],
  ['one object', 'EXTRA_CFLAGS += -DX\nCFLAGS_foo.o := ${EXTRA_CFLAGS}'],
  ['another variable', 'EXTRA_CFLAGS += -DX\nOWN := $(EXTRA_CFLAGS) -g\nccflags-y += $(OWN)'],
  ['make', 'EXTRA_CFLAGS += -DX\nall:\n\tmake -C $(K) M=$(PWD) KCFLAGS="$(EXTRA_CFLAGS)"'],
  ['a variable that passes itself', 'EXTRA_AFLAGS += -DX\nasflags-y := $(EXTRA_AFLAGS)'],
])('a variable that the makefile hands on to %s has no finding', async (_, makefile) => {
  expect(await adviceOf(makefile)).toEqual([]);
});

test('flags of the compiler that only the assembler gets, or a circle of variables, are a finding', async () => {
  const wrong = 'EXTRA_CFLAGS += -DX\nasflags-y += $(EXTRA_CFLAGS)';
  expect(await adviceOf(wrong)).toEqual(['use ccflags-y']);
  const circle = 'EXTRA_CFLAGS += -DX\nA = $(B) $(EXTRA_CFLAGS)\nB = $(A)';
  expect(await adviceOf(circle)).toEqual(['use ccflags-y']);
});

test.each([
  ['a message', '$(info EXTRA_CFLAGS = $(EXTRA_CFLAGS))'],
  ['a name that only ends so', 'USER_EXTRA_CFLAGS := -g\nmy-EXTRA_CFLAGS = -g'],
  ['a substitution', 'X := $(EXTRA_CFLAGS:=.o)'],
  ['a recipe', 'all:\n\tmake EXTRA_CFLAGS=-DX'],
])('%s is no assignment', async (_, makefile) => {
  expect(await adviceOf(makefile)).toEqual([]);
});

test('a file of another folder has its own ccflags-y', async () => {
  const sub = 'obj-m += bar.o\nEXTRA_CFLAGS += -DX\n';
  expect(await adviceOf('ccflags-y += -DX', { 'sub/Makefile': sub, 'sub/bar.c': '' })).toEqual([
    'use ccflags-y',
  ]);
});

test('bug: EXTRA_LDFLAGS behind the word undefined had no finding', async () => {
  const makefile = 'EXTRA_LDFLAGS += -s\nX := undefined=$(EXTRA_LDFLAGS)';
  expect(await adviceOf(makefile)).toEqual(['use ldflags-y']);
});

test('only what is behind KCFLAGS= is passed to make', async () => {
  const before = 'EXTRA_CFLAGS += -DX\nX := $(EXTRA_CFLAGS) KCFLAGS=-g';
  expect(await adviceOf(before)).toEqual(['use ccflags-y']);
  const behind = 'EXTRA_CFLAGS += -DX\nX := $(EXTRA_CFLAGS) KCFLAGS="-g $(EXTRA_CFLAGS)"';
  expect(await adviceOf(behind)).toEqual([]);
});

/** The findings of the rule alone: the rest of lint reads the same makefile, too. */
function findingsOf(text: string): number {
  const tree = { root: '/x', makefiles: [{ path: 'Makefile', text }], files: new Map() };
  const context = { confs: [{ context: { tree } }] } as unknown as TreeContext;
  return EXTRA_FLAGS_RULES.flatMap((rule) => [...rule.check(context)]).length;
}

const LINES = Array.from({ length: 3000 }, (_, i) => i);
const FLAGS = LINES.map(() => 'EXTRA_CFLAGS += -Dx\n').join('');
const chain = LINES.map((i) => `a${i} = $(${i === 0 ? 'EXTRA_CFLAGS' : `a${i - 1}`})`);

test.each([
  ['in order', chain],
  ['in reverse order', chain.toReversed()],
])('bug: a chain of 3000 variables %s took minutes or ended in an error', async (_, lines) => {
  const used = await cpuTime(() => {
    expect(findingsOf(FLAGS + lines.join('\n'))).toBe(3000);
  });
  expect(used).toBeLessThan(1000);
  expect(findingsOf(`${FLAGS}${lines.join('\n')}\nccflags-y += $(a2999)`)).toBe(0);
});

const filled = (text: string) => text.repeat((256 * 1024) / text.length);

test.each([
  ['references', `${filled('$(a)')} x`],
  ['references in braces', `${filled('${a}')} x`],
  ['references that do not end', filled('$(a')],
  ['old names', `EXTRA_CFLAGS=x\n${filled('EXTRA_CFLAGS ')}`],
  ['letters', filled('a')],
  ['assignments before a carriage return', `${filled('a=')}\rx`],
  ['blanks before a carriage return', `a=${filled(' ')}x\ry`],
  ['comments before a carriage return', `${filled(' #')}\rx`],
  ['blanks in a command', `a${filled(' ')}b EXTRA_CFLAGS=x`],
  ['a long target', `${filled('a')}: EXTRA_CFLAGS=x`],
  ['continued lines', filled('a\\\n')],
  ['continued lines without words', filled('\\\n')],
  ['a value with references', `EXTRA_CFLAGS=x\nX = ${filled('KCFLAGS=$(EXTRA_AFLAGS) ')}`],
  ['old and new lines', filled('EXTRA_CFLAGS += -Dx\nccflags-y += -Dy\n')],
  ['nested conditionals', filled('ifdef A\nEXTRA_CFLAGS=b\nccflags-y=c\n')],
])('bug: a makefile of 256 kB could take a minute: %s', async (_, text) => {
  expect(await cpuTime(() => findingsOf(text))).toBeLessThan(2500);
});

test('long lines are read in linear time', async () => {
  const words = 'EXTRA_CFLAGS '.repeat(20_000);
  const text = `X := ${words}\nY${' '.repeat(50_000)}z\n${'a'.repeat(100_000)}`;
  expect(await cpuTime(() => adviceOf(text))).toBeLessThan(3000);
});
