import { expect, test } from 'vitest';
import { jsonText } from '../../src/report/json-text.ts';

test('a document says the same, and nothing in it commands a terminal', () => {
  const document = {
    'a\u202eb': ['\u001b[31m', '\u007f', '\u009b', '\u2028', '\u2066x', '\u00e9\u200f'],
  };
  const text = jsonText(document);
  expect(JSON.parse(text)).toEqual(document);
  expect(text).toMatch(/^[\n -~\u00e9\u200f]*$/u);
});
