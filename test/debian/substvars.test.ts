// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars, not templates
import { describe, expect, test } from 'vitest';
import { builtinSubstvars, fieldSubstvars, substitute } from '../../src/debian/substvars.ts';

describe('substitute', () => {
  const variables = new Map([
    ...builtinSubstvars({ sourceVersion: '1:2.0-3', architecture: 'amd64' }),
    ...fieldSubstvars('S', [
      ['Section', 'kernel'],
      ['Homepage', undefined],
    ]),
    ['a', 'A'],
    ['nested', '<${a}${b}>'],
    ['name', 'a'],
    ['open', '{a}'],
    ['empty', ''],
    ['literal', '${}{a}'],
    ['loop', 'x${loop}'],
    ['ping', '${pong}'],
    ['pong', '${ping}'],
    ['double', '${double}${double}'],
  ]);

  test.each([
    ['plain $ {a} ${', 'plain $ {a} ${'],
    ['${a}${a} ${nested}', 'AA <A>'],
    ['${A}|${missing:x}|', '||'],
    ['${${name}}', 'A'],
    ['$${open}', 'A'],
    ['a${Newline}b${Space}c${Tab}', 'a\nb c\t'],
    ['${source:Version} ${binary:Version} ${source:Upstream-Version}', '1:2.0-3 1:2.0-3 1:2.0'],
    ['${Arch}', 'amd64'],
    ['${S:Section}${S:Homepage}', 'kernel'],
    ['${}{a} costs ${}5', '${a} costs $5'],
    ['${literal}', '${a}'],
    ['${empty}', ''],
    ['${a b}', '${a b}'],
    ['one\n${a}\ntwo', 'one\nA\ntwo'],
  ])('%j', (text, result) => {
    expect(substitute(text, variables).text).toBe(result);
  });

  test('reports the variables that are not set', () => {
    expect([...substitute('${nested}, ${zzz}', variables).unknown]).toEqual(['b', 'zzz']);
  });

  test.each(['${loop}', '${ping}', '${double}'])('%s is refused', (text) => {
    expect(() => substitute(text, variables)).toThrow(
      expect.objectContaining({ code: 'substvar-recursion' }),
    );
  });

  test('a variable with a plain value can be used any number of times', () => {
    expect(substitute('${a}'.repeat(20_000), variables).text).toBe('A'.repeat(20_000));
  });
});

test('a binNMU: source:Version has no +b1', () => {
  const variables = builtinSubstvars({ sourceVersion: '1.0-1+b2', binaryVersion: '1.0-1+b2' });
  expect(substitute('${source:Version} ${binary:Version}', variables).text).toBe('1.0-1 1.0-1+b2');
});
