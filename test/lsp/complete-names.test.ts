import { expect, test } from 'vitest';
import { ConfText } from '../../src/lint/text/conf-text.ts';
import { completeNames } from '../../src/lsp/complete-names.ts';

/** Returns the names that are offered in an empty line after a text. */
function offered(text: string): string[] {
  const position = { line: text.split('\n').length, character: 0 };
  const range = { start: position, end: position };
  return completeNames(new ConfText(`${text}\n`), '', range, false).map(({ label }) => label);
}

test.each([
  ['', 'PATCH[0]'],
  ['PATCH[0]=a', 'PATCH[1]'],
  ['PATCH[0]=a\nPATCH[2]=b', 'PATCH[1]'],
  ['PATCH[1]=a', 'PATCH[0]'],
  ['MAKE=make', 'MAKE[1]'],
  ['BUILT_MODULE_NAME[0]=a\nBUILT_MODULE_NAME[1]=b\nSTRIP[0]=no', 'STRIP[1]'],
  ['PATCH[0]=a\nPATCH[1]=b\nPATCH_MATCH[0]=x', 'PATCH_MATCH[1]'],
])('after %j the next name is %s', (text, name) => {
  expect(offered(text)).toContain(name);
});
