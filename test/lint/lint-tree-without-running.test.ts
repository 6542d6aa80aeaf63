import { describe, expect, test } from 'vitest';
import { ALL_RULES } from '../../src/lint/registry.ts';
import { confWith, lintFiles } from '../support/lint-a-tree.ts';
import { TREES } from '../support/rule-trees.ts';

type Found = Awaited<ReturnType<typeof lintFiles>>;

const described = (findings: Found) =>
  findings.map(({ file, line, code, message }) => {
    const place = file.split('/').slice(-2).join('/');
    return `${place}:${line} ${code} ${message}`;
  });
const codes = (findings: Found) => findings.map(({ code }) => code);

test('without bash, lint finds nothing that it does not find with bash', async () => {
  // One tree with a dkms.conf for each example of a rule: two calls of lint are enough.
  const examples = ALL_RULES.filter(({ code }) => TREES[code] === undefined);
  const files = Object.fromEntries(
    examples.map(({ code, bad }) => [`${code}/dkms.conf`, confWith(bad)]),
  );
  const ran = described(await lintFiles(files));
  const found = await lintFiles(files, '', false);
  const read = described(found.filter(({ code }) => code !== 'not-checked'));
  expect(read.filter((one) => !ran.includes(one))).toEqual([]);
  // Most findings need no bash.
  expect(read.length).toBeGreaterThan(ran.length / 2);
}, 180_000);

describe('values of a file that only sets variables are read', () => {
  test.each([
    ['missing-directive', 'BUILT_MODULE_NAME[1]="bar"'],
    ['module-name-suffix', 'BUILT_MODULE_NAME[0]="foo.ko"'],
    ['unsupported-value', 'AUTOINSTALL="Y"'],
    ['patch-missing', 'PATCH[0]="none.patch"'],
    ['script-missing', 'PRE_BUILD="none.sh"'],
    ['make-jobs', 'MAKE="make -j8 -C $kernel_source_dir"'],
    ['hard-coded-tree', 'MAKE="make M=/usr/src/foo-1.0"'],
  ])('%s in %j', async (code, text) => {
    expect(codes(await lintFiles({ 'dkms.conf': confWith(text) }, '', false))).toContain(code);
  });

  test('only that they are unknown is said about values that only bash knows', async () => {
    const text = confWith('V=$(echo 1)\nPACKAGE_VERSION="$V"\nAUTOINSTALL="Y"');
    expect(codes(await lintFiles({ 'dkms.conf': text }, '', false))).toEqual(['not-checked']);
  });
});
