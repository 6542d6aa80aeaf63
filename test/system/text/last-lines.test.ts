import { expect, test } from 'vitest';
import { lastLines } from '../../../src/system/text/last-lines.ts';

test.each(['', '\n', 'a', '\na', '\n\na\n\nb', 'a\nb\nc\n'])('the last lines of %j', (text) => {
  for (const count of [1, 2, 3, 9]) {
    expect(lastLines(text, count)).toEqual(text.trimEnd().split('\n').slice(-count));
  }
});
