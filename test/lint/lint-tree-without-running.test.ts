import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALL_RULES } from '../../src/lint/registry.ts';
import { confWith, lintFiles } from '../support/lint-a-tree.ts';
import { TREES } from '../support/rule-trees.ts';

type Found = Awaited<ReturnType<typeof lintFiles>>;

const described = (findings: Found) =>
  findings.map(({ file, line, code, message }) => `${basename(file)}:${line} ${code} ${message}`);
const codes = (findings: Found) => findings.map(({ code }) => code);

describe('without bash and make, lint finds nothing that it does not find with them', () => {
  test.concurrent.each(ALL_RULES)('$code', async ({ code, bad, good }) => {
    const [badFiles, goodFiles, inside] = TREES[code] ?? [
      { 'dkms.conf': confWith(bad) },
      { 'dkms.conf': confWith(good) },
    ];
    for (const files of [badFiles, goodFiles]) {
      const ran = described(await lintFiles(files, inside));
      const read = described(await lintFiles(files, inside, false));
      expect(read.filter((one) => !ran.includes(one))).toEqual([]);
    }
  });
});

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

  test('nothing is said about values that only bash knows', async () => {
    const text = confWith('V=$(echo 1)\nPACKAGE_VERSION="$V"\nAUTOINSTALL="Y"');
    expect(codes(await lintFiles({ 'dkms.conf': text }, '', false))).toEqual([]);
  });
});
