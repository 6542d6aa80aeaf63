import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  relocateMakefiles,
  relocatePaths,
} from '../../../src/module/compile/relocate-makefiles.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { writeFiles } from '../../support/fake-kernel.ts';

const HEADERS = { installTree: '/tmp/modules' };

test.each([
  ['KDIR := /lib/modules/$(KVER)/build', 'KDIR := /tmp/modules/$(KVER)/build'],
  ['K=/lib/modules/`uname -r`/build', 'K=/tmp/modules/`uname -r`/build'],
  ['make -C /usr/lib/modules/6.1/build', 'make -C /tmp/modules/6.1/build'],
  // ddcci
  ['LIB_MODULES_PATH := /lib/modules\n', 'LIB_MODULES_PATH := /tmp/modules\n'],
  ['MODDIR := $(DESTDIR)/lib/modules/x', 'MODDIR := $(DESTDIR)/lib/modules/x'],
  ['D := debian/lib/modules', 'D := debian/lib/modules'],
  ['D := /lib/modules-load.d', 'D := /lib/modules-load.d'],
])('%s', (text, here) => {
  expect(relocatePaths(text, HEADERS)).toBe(here);
  expect(relocatePaths(text, {})).toBe(text);
});

test('makefiles only, at any depth', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const text = 'X := /lib/modules/$(V)/build\n';
    await writeFiles(directory, { 'a/Makefile': text, 'b/x.mk': text, 'b/x.c': text });
    await relocateMakefiles(directory, HEADERS);
    const read = (file: string) => readFile(join(directory, file), 'utf8');
    expect(await read('a/Makefile')).toBe('X := /tmp/modules/$(V)/build\n');
    expect(await read('b/x.mk')).toBe('X := /tmp/modules/$(V)/build\n');
    expect(await read('b/x.c')).toBe(text);
  });
});
