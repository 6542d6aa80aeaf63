// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars, not templates
import { describe, expect, test } from 'vitest';
import {
  builtinSubstvars,
  fieldSubstvars,
  parseSubstvars,
  type Substvar,
  substitute,
  unusedSubstvars,
} from '../../src/debian/substvars.ts';

describe('parseSubstvars', () => {
  test('reads every kind of line', () => {
    const text =
      '# c\n\nmisc:Depends=a, b (>= 1)  \nx?=\nshlibs:Depends=\ny!=1=2\nx?=again\r\n  # d\n';
    expect([...parseSubstvars(text, 'f')]).toEqual([
      ['misc:Depends', { value: 'a, b (>= 1)', kind: 'normal' }],
      ['x', { value: 'again', kind: 'optional' }],
      ['shlibs:Depends', { value: '', kind: 'normal' }],
      ['y', { value: '1=2', kind: 'required' }],
    ]);
  });

  test.each(['x', '=1', 'a b=1', ' a=1', '${a}=1', '-a=1', 'a $=1'])('refuses %j', (line) => {
    expect(() => parseSubstvars(`a=1\n${line}\n`, 'debian/x.substvars')).toThrow(
      expect.objectContaining({
        code: 'substvars-syntax',
        where: { file: 'debian/x.substvars', line: 2 },
      }),
    );
  });
});

describe('substitute', () => {
  const normal = (value: string): Substvar => ({ value, kind: 'normal' });
  const variables = new Map([
    ...builtinSubstvars({ sourceVersion: '1:2.0-3', architecture: 'amd64', vendor: 'Debian' }),
    ...fieldSubstvars('S', [
      ['Section', 'kernel'],
      ['Homepage', undefined],
    ]),
    ['a', normal('A')],
    ['nested', normal('<${a}${b}>')],
    ['name', normal('a')],
    ['open', normal('{a}')],
    ['empty', normal('')],
    ['literal', normal('${}{a}')],
    ['loop', normal('x${loop}')],
    ['ping', normal('${pong}')],
    ['pong', normal('${ping}')],
    ['double', normal('${double}${double}')],
  ]);

  test.each([
    ['plain $ {a} ${', 'plain $ {a} ${'],
    ['${a}${a} ${nested}', 'AA <A>'],
    ['${A}|${missing:x}|', '||'],
    ['${${name}}', 'A'],
    ['$${open}', 'A'],
    ['a${Newline}b${Space}c${Tab}', 'a\nb c\t'],
    ['${source:Version} ${binary:Version} ${source:Upstream-Version}', '1:2.0-3 1:2.0-3 1:2.0'],
    ['${Arch} ${vendor:Name} ${vendor:Id}', 'amd64 Debian debian'],
    ['${S:Section}${S:Homepage}', 'kernel'],
    ['${}{a} costs ${}5', '${a} costs $5'],
    ['${literal}', '${a}'],
    ['${empty}', ''],
    ['${a b}', '${a b}'],
    ['one\n${a}\ntwo', 'one\nA\ntwo'],
  ])('%j', (text, result) => {
    expect(substitute(text, variables).text).toBe(result);
  });

  test('tells what was used and what does not exist', () => {
    const { used, unknown } = substitute('${nested}, ${zzz}', variables);
    expect([...used]).toEqual(['nested', 'a']);
    expect([...unknown]).toEqual(['b', 'zzz']);
  });

  test.each(['${loop}', '${ping}', '${double}'])('%s ends', (text) => {
    expect(() => substitute(text, variables)).toThrow(
      expect.objectContaining({ code: 'substvar-recursion' }),
    );
  });

  test('a variable without variables may come as often as it likes', () => {
    expect(substitute('${a}'.repeat(20_000), variables).text).toBe('A'.repeat(20_000));
  });
});

test('binNMU: the source keeps its version', () => {
  const variables = builtinSubstvars({
    sourceVersion: '1.0-1+b2',
    binaryVersion: '1.0-1+b2',
    dpkgVersion: '1.21.22',
  });
  const text = '${source:Version} ${binary:Version} ${dpkg:Version}';
  expect(substitute(text, variables).text).toBe('1.0-1 1.0-1+b2 1.21.22');
});

test('unusedSubstvars', () => {
  const variables = parseSubstvars('a=1\nb?=1\nc=\nd!=1\ne=1\n', 'f');
  expect(unusedSubstvars(variables, new Set(['e']))).toEqual(['d', 'a']);
});
