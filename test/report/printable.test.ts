import { expect, test } from 'vitest';
import { printable, printableLine } from '../../src/report/printable.ts';

test.each([
  ['ESC', 'a\u001b[31mb', 'ab', 'ab'],
  ['CR', 'a\rb', 'ab', 'a\ufffdb'],
  ['DEL', 'a\u007fb', 'ab', 'a\ufffdb'],
  ['C1', 'a\u0085b', 'ab', 'a\ufffdb'],
  // Bug: these reached terminals.
  ['a bidirectional override', 'a\u202eb\u202c', 'ab', 'a\ufffdb\ufffd'],
  ['a bidirectional isolate', 'a\u2066b\u2069', 'ab', 'a\ufffdb\ufffd'],
  ['a mark of direction in a name', 'a\u200fb', 'a\u200fb', 'a\u200fb'],
])('%s', (_name, text, whole, line) => {
  expect(printable(text)).toBe(whole);
  expect(printableLine(text)).toBe(line);
});
