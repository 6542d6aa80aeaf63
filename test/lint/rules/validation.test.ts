import { expect, test } from 'vitest';
import { confWith, lintFiles } from '../../support/lint-a-tree.ts';

test('bug: complaints of DKMS beyond the twentieth were left out without a word', async () => {
  const indices = Array.from({ length: 25 }, (_, index) => index);
  const names = (of: readonly number[]) => of.map((i) => `BUILT_MODULE_NAME[${i}]="m${i}"`);
  const refused = async (of: readonly number[]) =>
    (await lintFiles({ 'dkms.conf': confWith(names(of).join('\n')) })).filter(
      ({ code }) => code === 'missing-directive',
    );
  const many = await refused(indices);
  expect(many.map(({ message }) => message)).toContain('DKMS refuses the file for 4 more errors');
  expect((await refused(indices.slice(0, 10))).map(({ message }) => message)).not.toContainEqual(
    expect.stringContaining('more errors'),
  );
});
