import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintTree } from '../../../src/lint/lint-tree.ts';
import { UNCHECKED_RULES } from '../../../src/lint/rules/not-checked.ts';
import type { TreeContext } from '../../../src/lint/tree/tree-rule.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { CLEAN_TREE, confWith, lintFiles, writeTree } from '../../support/lint-a-tree.ts';

const large = (text: string, bytes = 300_000) => text + '#\n'.repeat(bytes / 2);

/** The messages of not-checked, and the codes of the other findings. */
async function uncheckedIn(files: Readonly<Record<string, string>>) {
  const findings = await lintFiles(files);
  return {
    messages: findings.flatMap(({ code, message }) => (code === 'not-checked' ? [message] : [])),
    others: findings.flatMap(({ code }) => (code === 'not-checked' ? [] : [code])),
  };
}

test('bug: lint left out a makefile of more than 256 KiB without a word', async () => {
  const { messages, others } = await uncheckedIn({
    Makefile: large('EXTRA_CFLAGS = -DX\nobj-m += foo.o\n'),
  });
  expect(messages).toEqual([
    expect.stringMatching(
      /did not check all of Makefile: .* bytes, more than the limit of 262144$/,
    ),
  ]);
  expect(others).toEqual([]);
});

test('a configure of a megabyte is read', async () => {
  expect((await uncheckedIn({ configure: large('', 1024 ** 2) })).messages).toEqual([]);
});

test('bug: lint called a module unbuilt which a makefile that it had not read may name', async () => {
  const { messages, others } = await uncheckedIn({
    'dkms.conf': confWith('BUILT_MODULE_NAME[0]="bar"'),
    'sub/Makefile': large('obj-m += bar.o\n'),
  });
  expect(messages).toHaveLength(1);
  expect(others).not.toContain('module-not-built');
});

test('bug: lint left out the rest of a long file of debian/ without a word', async () => {
  const debian = {
    'debian/control': 'Source: foo\n\nPackage: foo-dkms\nArchitecture: all\nDescription: x\n',
    'debian/changelog': `foo (1.0-1) unstable; urgency=low\n\n  * x\n\n -- A <a@b.org>  Sat, 01 Jan 2022 00:00:00 +0000\n${'\n'.repeat(700_000)}`,
  };
  const { messages } = await uncheckedIn({ ...debian, 'debian/foo.lintian': large('', 700_000) });
  expect(messages).toEqual([
    'lint did not check all of debian/foo.lintian: only the first 524288 bytes were read',
  ]);
});

test('bug: lint did not say that it could not find out which files are missing', async () => {
  const { messages } = await uncheckedIn({
    'debian/control': 'Source: foo\n\nPackage: foo-dkms\nArchitecture: all\nDescription: x\n',
    'debian/changelog': 'nothing\n',
  });
  expect(messages).toEqual([expect.stringContaining('whether the source is complete: ')]);
});

test('bug: lint did not say that a large source was not given to make', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, {
      ...CLEAN_TREE,
      'dkms.conf': confWith('MAKE="make"'),
      Makefile: 'KDIR = /lib/modules/$(shell uname -r)/build\nobj-m += foo.o\n',
      'sub/fw.bin': '',
    });
    await truncate(join(directory, 'sub/fw.bin'), 65 * 1024 ** 2);
    const { findings } = await lintTree(directory, { evaluate: true });
    expect(findings.map(({ message }) => message)).toEqual([
      'lint did not check whether MAKE builds for the running kernel: the source has more than 67108864 bytes',
    ]);
  });
});

test('of more than 20 files the others are counted', () => {
  const unchecked = Array.from({ length: 23 }, (_, i) => ({ file: `/${i}`, message: `${i}` }));
  const [rule] = UNCHECKED_RULES;
  const found = [...(rule?.check({ unchecked } as unknown as TreeContext) ?? [])];
  expect(found).toHaveLength(21);
  expect(found.at(-1)?.message).toBe('lint did not check 3 more files or properties');
});

test('an ordinary tree has no such finding', async () => {
  expect((await uncheckedIn(CLEAN_TREE)).messages).toEqual([]);
});

test('bug: lint --no-evaluate did not say that the values of a dkms.conf were unknown', async () => {
  const files = { 'dkms.conf': confWith('PACKAGE_VERSION="$(cat VERSION)"'), VERSION: '1.0\n' };
  const findings = await lintFiles(files, '', false);
  expect(findings.map(({ code, message }) => [code, message])).toContainEqual([
    'not-checked',
    expect.stringContaining('only bash could find the values'),
  ]);
});
