import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readExistingPackaging } from '../../src/debianize/existing-packaging.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { cpuTime } from '../support/cpu-time.ts';

async function read(rules: string) {
  return withTemporaryDirectory('test', async (directory) => {
    const debian = join(directory, 'debian');
    await mkdir(debian);
    await writeFile(join(debian, 'rules'), rules);
    return readExistingPackaging(debian, undefined);
  });
}

test.each([
  ['replaced by nothing', 'override_dh_auto_install:\n', true],
  ['replaced by nothing at the end', '%:\n\tdh $@\noverride_dh_auto_install:', true],
  ['one of several targets', 'a override_dh_auto_install b: c\n\n', true],
  ['replaced by a command', 'override_dh_auto_install:\n\tmake install\n', false],
  ['a word of a command', '%:\n\techo override_dh_auto_install:\n', false],
  ['a prerequisite', 'all: override_dh_auto_install\n', false],
  ['in a comment', '# override_dh_auto_install:\n', false],
])('dh_auto_install: %s', async (_, rules, expected) => {
  expect((await read(rules)).leavesOut('foo.rules')).toBe(expected);
});

test.each([
  ['empty lines', '\n'.repeat(400_000)],
  ['colons', `override_dh_auto_install${':'.repeat(400_000)}\n\tx\n`],
])('bug: debian/rules with many %s took quadratic time', async (_, rules) => {
  expect(await cpuTime(() => read(rules))).toBeLessThan(5000);
});
