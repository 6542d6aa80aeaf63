import { expect, test } from 'vitest';
import { describeExplanation, explain } from '../../../src/commands/lint/explain-word.ts';
import { DIRECTIVES } from '../../../src/dkms/conf/directives.ts';
import { ALL_RULES } from '../../../src/lint/registry.ts';
import { painter } from '../../../src/report/paint.ts';

const LAYOUT = { columns: 60, paint: painter(false) };

test('a directive is explained with its meaning, default, history and an example', async () => {
  expect(
    describeExplanation(await explain('OBSOLETE_BY'), LAYOUT).join('\n'),
  ).toMatchInlineSnapshot(`
    "OBSOLETE_BY (directive of dkms.conf)
      The release of the kernel from which on the driver is not
      needed.
      If it is not set, the driver is needed for all releases.
      Since DKMS 2.0.20.0.
      DKMS 3.1.8: is used as BUILD_EXCLUSIVE_KERNEL_MAX if that
      is not set.
      Deprecated since DKMS 3.4.0: use
      BUILD_EXCLUSIVE_KERNEL_MAX.
      Example:
        OBSOLETE_BY="6.7.0""
  `);
});

test('a rule is explained with its reason and both examples', async () => {
  expect(
    describeExplanation(await explain('obsolete-by'), LAYOUT).join('\n'),
  ).toMatchInlineSnapshot(`
    "obsolete-by (rule of lint)
      OBSOLETE_BY is deprecated. DKMS reports OBSOLETE_BY as
      deprecated since 3.4.0. DKMS uses its value as
      BUILD_EXCLUSIVE_KERNEL_MAX if the file does not set
      BUILD_EXCLUSIVE_KERNEL_MAX (dkms.in, read_conf).
      Wrong:
        OBSOLETE_BY="6.7.0"
      Right:
        BUILD_EXCLUSIVE_KERNEL_MAX="6.7.0""
  `);
});

test.each([
  ['BUILT_MODULE_NAME', 'BUILT_MODULE_NAME[n]'],
  ['built_module_name', 'BUILT_MODULE_NAME[n]'],
  ['BUILT_MODULE_NAME[0]', 'BUILT_MODULE_NAME[n]'],
  ['$kernelver', '$kernelver'],
  ['kernel_source_dir', '$kernel_source_dir'],
  ['PACKAGE_NAME', 'PACKAGE_NAME'],
  ['$PACKAGE_NAME', '$PACKAGE_NAME'],
  ['CLEAN-ignored', 'clean-ignored'],
])('%s is %s', async (word, name) => {
  expect((await explain(word)).name).toBe(name);
});

test.each([
  ['BUILT_MODUL_NAME', 'Did you mean BUILT_MODULE_NAME?'],
  ['BUILT_MODULE', 'Did you mean BUILT_MODULE_NAME?'],
  ['clean-ignore', 'Did you mean clean-ignored?'],
  ['kernelver2', 'Did you mean kernelver?'],
  ['x'.repeat(300), 'Directives are in docs/dkms-conf.md, rules in docs/lint.md.'],
  ['', 'Directives are in docs/dkms-conf.md, rules in docs/lint.md.'],
  ['constructor', 'Directives are in docs/dkms-conf.md, rules in docs/lint.md.'],
])('%s is not known', async (word, hint) => {
  await expect(explain(word)).rejects.toMatchObject({ exitStatus: 2, hint });
});

test('everything that a hint can name is explained, in lines that fit', async () => {
  for (const word of [...DIRECTIVES, ...ALL_RULES.map(({ code }) => code)]) {
    const lines = describeExplanation(await explain(word), LAYOUT);
    expect(lines.length, word).toBeGreaterThan(2);
    const prose = lines.slice(1).filter((line) => !line.startsWith('    '));
    expect(Math.max(...prose.map((line) => line.length)), word).toBeLessThanOrEqual(90);
  }
});
