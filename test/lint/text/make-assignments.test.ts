// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of make
import { expect, test } from 'vitest';
import { makeAssignments } from '../../../src/lint/text/make-assignments.ts';

test.each([
  ['a = b', ['', 'a', '=', 'b']],
  ['export a-$(X)$(Y) ::= b c ', ['export', 'a-$(X)$(Y)', '::=', 'b c']],
  ['foo.o: CFLAGS += -DX', ['foo.o:', 'CFLAGS', '+=', '-DX']],
  ['$(a)$(b) = $(c)', ['', '$(a)$(b)', '=', '$(c)']],
  ['make V=1 X=2', ['make', 'V', '=', '1 X=2']],
  ['a = b\rc', ['', 'a', '=', 'b\rc']],
])('%j is an assignment', (text, [before, name, operator, value]) => {
  expect(makeAssignments(text)).toMatchObject([{ before, name, operator, value }]);
});

test.each(['$(call f)X = 1', '${a}X = 1', '-X', '$(X:=.o)', 'ifeq (a,b)', 'a: b', '# a = b'])(
  '%j is no assignment of a known name',
  (text) => expect(makeAssignments(text)).toEqual([]),
);

test('a line knows the branches around it', () => {
  const text = 'a=1\nifdef X\nb=1\nifdef Y\nc=1\nelse\nd=1\nendif\ne=1\nendif\nf=1\n';
  const [a, b, c, d, e, f] = makeAssignments(text).map(({ branch }) => branch);
  expect([a, f]).toEqual([undefined, undefined]);
  expect(b).toBeDefined();
  expect(e).toBe(b);
  expect(c?.outer).toBe(b);
  expect(d?.outer).toBe(b);
  expect(c).not.toBe(d);
});
