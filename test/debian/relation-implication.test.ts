import { expect, test } from 'vitest';
import { alternativesImply, simplifyRelations } from '../../src/debian/relation-implication.ts';
import { formatRelations, parseRelations } from '../../src/debian/relations.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: substvars, not templates
test.each([
  ['a, b, a', 'a, b'],
  ['a | b, c, a', 'a, c'],
  ['a, dkms (>= 2.1), b, dkms (>= 3)', 'a, dkms (>= 3), b'],
  ['dkms (>= 3), dkms (<< 4)', 'dkms (>= 3), dkms (<< 4)'],
  ['a | b, c, a (>= 1)', 'a (>= 1), c'],
  ['a:any, a', 'a:any, a'],
  ['a, a <!x>', 'a'],
  ['a (= ${v}), a (= ${v})', 'a (= ${v})'],
  ['a (>= ${v}), a (>= 1)', 'a (>= ${v}), a (>= 1)'],
  // dpkg-gencontrol leaves this as it is.
  ['a | a, b', 'a | a, b'],
  ['a (>= 1), a (>= 3), a (>= 2)', 'a (>= 3)'],
])('simplifyRelations %j', (text, result) => {
  expect(formatRelations(simplifyRelations(parseRelations(text)))).toBe(result);
});

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

test.each([
  ['a [amd64 i386]', 'a [amd64]', true],
  ['a [amd64]', 'a [amd64 i386]', false],
  ['a [!amd64]', 'a [!amd64 !i386]', true],
  ['a [!amd64]', 'a [i386]', true],
  ['a [!amd64]', 'a [amd64]', false],
  ['a [amd64]', 'a [!i386]', false],
  ['a <x> <y z>', 'a <z y>', true],
  ['a <x>', 'a <x> <y>', false],
  ['a (<< 1)', 'a (<= 1)', true],
  ['a (<= 1)', 'a (<< 1)', false],
  ['a (= 1)', 'a (<< 2)', true],
  ['a (= 1)', 'a (= 2)', false],
  ['a (= 1)', 'a (>= 1)', true],
  ['a (>> 1)', 'a (>= 1)', true],
  ['a (>= 1)', 'a (>> 1)', false],
])('%j implies %j: %s', (strong, weak, implied) => {
  const [one = []] = parseRelations(strong);
  const [other = []] = parseRelations(weak);
  expect(alternativesImply(one, other)).toBe(implied);
});
