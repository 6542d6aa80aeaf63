import { describe, expect, test } from 'vitest';
import { formatRelations, parseRelations } from '../../src/debian/relations.ts';

describe('parseRelations', () => {
  test('every part', () => {
    expect(parseRelations('a (>= 1) [amd64 !i386] <!nocheck x> <y> | b, c:any')).toEqual([
      [
        {
          name: 'a',
          version: { operator: '>=', version: '1' },
          architectures: ['amd64', '!i386'],
          profiles: [['!nocheck', 'x'], ['y']],
        },
        { name: 'b', architectures: [], profiles: [] },
      ],
      [{ name: 'c', qualifier: 'any', architectures: [], profiles: [] }],
    ]);
  });

  test.each([
    ['a', 'a'],
    ['', ''],
    [' , a ,, b , ', 'a, b'],
    ['a(>=1)', 'a (>= 1)'],
    ['a\n (>= 1),\n\tb', 'a (>= 1), b'],
    ['a (< 1), b (> 2)', 'a (<= 1), b (>= 2)'],
    ['a[amd64]<!x>', 'a [amd64] <!x>'],
    ['linux-image-6.1.0-9-amd64 | linux-image-6.1.0-9-amd64-unsigned', undefined],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: substvars, not templates
    ['${misc:Depends}, a', undefined],
    ['a (= ${binary:Version}), linux-headers-${arch}', undefined],
    ['a (<< ${source:Version}~)', undefined],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
  ])('%j', (text, formatted) => {
    expect(formatRelations(parseRelations(text))).toBe(formatted ?? text);
  });

  test.each([
    'a b',
    'a | ',
    '| a',
    'a (1)',
    'a (>= )',
    'a (>= x)',
    'a (>> 1',
    'a:',
    'a []',
    'a [ ]',
    'a < >',
    'a <>',
    '-a',
    'a (>= 1) (<< 2)',
  ])('refuses %j', (text) => {
    expect(() => parseRelations(text, { file: 'debian/control', line: 7 })).toThrow(
      expect.objectContaining({ code: 'relation', where: { file: 'debian/control', line: 7 } }),
    );
  });
});
