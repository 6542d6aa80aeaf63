import { describe, expect, test } from 'vitest';
import { confOf, ONE, TWO } from './conf-text.ts';

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

test('one name in two places is no duplicate', async () => {
  const conf = await confOf(
    `${TWO}BUILT_MODULE_NAME[1]=m\nDEST_MODULE_NAME[1]=o\nBUILT_MODULE_LOCATION=(a b)`,
  );
  expect(conf.modules.map((m) => [m.builtLocation + m.builtName, m.installedName])).toEqual([
    ['a/m', 'm'],
    ['b/m', 'o'],
  ]);
});
