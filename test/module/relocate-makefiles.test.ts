import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { relocateMakefiles, relocatePaths } from '../../src/module/relocate-makefiles.ts';
import { withTemporaryDirectory } from '../../src/system/cleanup.ts';
import { writeFiles } from './fake-kernel.ts';

const HEADERS = { root: '/r', directory: '/view', release: '6.1.0+x-amd64' };

test.each([
  ['KDIR := /lib/modules/$(KVER)/build', 'KDIR := /view'],
  ['KDIR ?= /lib/modules/$(shell uname -r)/build/', 'KDIR ?= /view/'],
  ['make -C /usr/lib/modules/\x24{V}/build M=x', 'make -C /view M=x'],
  ['make -C /lib/modules/6.1.0+x-amd64/build', 'make -C /view'],
  ['make -C /lib/modules/6.1.0-x-amd64/build', 'make -C /lib/modules/6.1.0-x-amd64/build'],
  ['I := /lib/modules/$(KVER)/updates', 'I := /lib/modules/$(KVER)/updates'],
  ['B := /lib/modules/$(KVER)/builder', 'B := /lib/modules/$(KVER)/builder'],
])('%s', (text, here) => {
  expect(relocatePaths(text, HEADERS)).toBe(here);
  const { directory, release } = HEADERS;
  expect(relocatePaths(text, { directory, release })).toBe(text);
});

test('makefiles only, at any depth', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const text = 'X := /lib/modules/$(V)/build\n';
    await writeFiles(directory, { 'a/Makefile': text, 'b/x.mk': text, 'b/x.c': text });
    await relocateMakefiles(directory, HEADERS);
    const read = (file: string) => readFile(join(directory, file), 'utf8');
    expect(await read('a/Makefile')).toBe('X := /view\n');
    expect(await read('b/x.mk')).toBe('X := /view\n');
    expect(await read('b/x.c')).toBe(text);
  });
});
