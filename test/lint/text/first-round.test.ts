// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell variables
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateConf } from '../../../src/dkms/conf/evaluate.ts';
import { isSameInBothRounds, readFirstRound } from '../../../src/lint/text/first-round.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { CASES } from '../../support/conf-cases.ts';
import { KERNEL, ONE } from '../../support/conf-text.ts';

test('a file whose values are the same in both rounds has the values that bash has after the first', async () => {
  const own = [
    `${ONE}MAKE=" make all "\nCLEAN=""\nBUILT_MODULE_NAME[1]=t2 # a comment\n`,
    `${ONE}export CLEAN="make clean"\nAUTOINSTALL=yes\n`,
  ];
  const texts = [
    ...own,
    ...CASES.map(({ text }) => text)
      .filter(isSameInBothRounds)
      .slice(0, 8),
  ];
  await withTemporaryDirectory('test', async (directory) => {
    for (const text of texts) {
      expect(isSameInBothRounds(text), text).toBe(true);
      const file = join(directory, 'dkms.conf');
      await writeFile(file, text);
      const context = { kernel: KERNEL, identity: { name: 't', version: '1' } };
      const { values } = await evaluateConf(file, context);
      const first = await readFirstRound(file, context, Buffer.from(text));
      expect(first, text).toEqual({ values, badExpressions: [] });
    }
  });
});

test.each([
  ['a variable', 'MAKE="make $CLEAN all"'],
  ['a variable in single quotes', "MAKE='make $kernelver'"],
  ['two spaces', 'MAKE="make  all"'],
  ['a regular expression', 'BUILD_EXCLUSIVE_KERNEL="^6"'],
  ['a command', 'MAKE="make $(nproc)"'],
])('bash reads the first round of a file with %s', (_name, line) => {
  expect(isSameInBothRounds(`${ONE}${line}\n`)).toBe(false);
});
