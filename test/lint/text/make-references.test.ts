// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of make
import { expect, test } from 'vitest';
import { makeReferences } from '../../../src/lint/text/make-references.ts';

test.each([
  ['$(a) ${b}', ['a', 'b']],
  ['$(filter x,$(a))', ['a']],
  ['$(a-$(b))', ['a-$(b)', 'b']],
  ['$(a} $a $$ $(a:b=c) $(', []],
])('the references of %j are %j', (text, names) => {
  const found = makeReferences(text);
  expect(found.map(({ name }) => name)).toEqual(names);
  expect(found.every(({ at }) => text[at] === '$')).toBe(true);
});
