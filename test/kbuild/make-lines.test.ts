import { expect, test } from 'vitest';
import { makeLines } from '../../src/kbuild/make-lines.ts';
import { cpuTime } from '../support/cpu-time.ts';

test.each([
  ['a \\\n  b\\\n c', 'a b c'],
  ['a\\\n\\\n \\\nb', 'a b'],
  ['a \\\\\nb', 'a \\\\'],
  ['\\\na', ' a'],
  ['a\\\n', 'a '],
  ['a\\', 'a\\'],
  ['a\\\r\n  b', 'a b'],
  ['a\\\n# b\\\nc', 'a '],
])('the first logical line of %j is %j', (text, line) => {
  expect(makeLines(text)[0]).toMatchObject({ number: 1, text: line });
});

test('bug: each of many continued lines read all lines before it again', async () => {
  const text = 'a\\\n'.repeat(80_000);
  expect(await cpuTime(() => makeLines(text))).toBeLessThan(1000);
});
