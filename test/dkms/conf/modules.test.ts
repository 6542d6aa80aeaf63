import { describe, expect, test } from 'vitest';
import { confOf, ONE, TWO } from '../../support/conf-text.ts';
import { cpuTime } from '../../support/cpu-time.ts';

describe('STRIP', () => {
  test.each([
    ['', [true, true]],
    ['STRIP=no', [false, false]],
    ['STRIP=N', [false, false]],
    ['STRIP[1]=no', [true, false]],
    ['STRIP=no STRIP[1]=Yup', [false, true]],
    ['STRIP=maybe', [true, true]],
    ['STRIP=no STRIP[1]=maybe', [false, true]],
  ])('%j', async (text, strip) => {
    expect((await confOf(TWO + text)).modules.map((module) => module.strip)).toEqual(strip);
  });
});

test.each([
  ['a', 'a/'],
  ['a/', 'a/'],
  ['./', './'],
  ['.', './'],
  ['', ''],
])('BUILT_MODULE_LOCATION="%s"', async (value, builtLocation) => {
  const conf = await confOf(`${ONE}BUILT_MODULE_LOCATION="${value}"`);
  expect(conf.modules[0]).toMatchObject({ builtLocation });
});

test('the same name in two locations is not a duplicate', async () => {
  const conf = await confOf(
    `${TWO}BUILT_MODULE_NAME[1]=m\nDEST_MODULE_NAME[1]=o\nBUILT_MODULE_LOCATION=(a b)`,
  );
  expect(conf.modules.map((m) => [m.builtLocation + m.builtName, m.installedName])).toEqual([
    ['a/m', 'm'],
    ['b/m', 'o'],
  ]);
});

describe('huge indices', () => {
  test.each([
    ['BUILT_MODULE_NAME[1000000]=x', [/Record #1000000 of the module arrays/]],
    ['DEST_MODULE_LOCATION[1000000000]=/updates', [/Record #1000000000 /]],
    ['BUILT_MODULE_NAME[4000]=x', [/No 'BUILT_MODULE_NAME'.*record #1\./]],
  ])('%s gives one error immediately', async (text, [words]) => {
    let error: unknown;
    const used = await cpuTime(async () => {
      error = await confOf(ONE + text).catch((refused: unknown) => refused);
    });
    expect(error).toMatchObject({ code: 'bad-conf', exitStatus: 8 });
    const { output } = error as { output: string[] };
    expect(output.length).toBeLessThan(30);
    expect(output.join('\n')).toMatch(words as RegExp);
    expect(used).toBeLessThan(5000);
  });

  test.each(['PATCH[1000000000]=x', 'MAKE[1000000000]=x', 'STRIP[1000000000]=no'])(
    '%s is walked by its keys',
    async (text) => {
      expect((await confOf(ONE + text)).modules).toHaveLength(1);
    },
  );
});

// Bug: it was refused, and DKMS before 3.1.7 builds it.
test('a record that repeats another is accepted with a warning', async () => {
  const conf = await confOf(`${ONE}BUILT_MODULE_NAME[1]=m\nDEST_MODULE_LOCATION[1]=/extra`);
  expect(conf.modules.map(({ builtName }) => builtName)).toEqual(['m']);
  expect(conf.warnings).toEqual([
    "dkms.conf: Error! Duplicate module 'm' in 'BUILT_MODULE_NAME[1]': DKMS before 3.1.7 accepts it, newer versions refuse the file",
  ]);
});
