import { describe, expect, test } from 'vitest';
import { formatField } from '../../src/debian/control-field.ts';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import { Seeded } from '../support/seeded.ts';

const CONTROL = `# the source
Source: hello
# who
Maintainer: A <a@b>
Build-Depends: debhelper-compat (= 13),
# needed for headers
               dh-sequence-dkms,
\tbc
X-Odd :  value  ${''}
Standards-Version: 4.6.2

# a comment of its own

# the binary
Package: hello-dkms
Architecture: all
Description: driver
 First paragraph.
 .
  verbatim
 ..
# the end
`;

function source(text: string) {
  const document = parseDeb822(text, 'debian/control');
  const [first, second] = document.paragraphs;
  if (!first || !second) throw new Error('two paragraphs expected');
  return { document, first, second };
}

describe('parseDeb822', () => {
  test('reads names and values', () => {
    const { first, second } = source(CONTROL);
    expect(first.names()).toEqual([
      'Source',
      'Maintainer',
      'Build-Depends',
      'X-Odd',
      'Standards-Version',
    ]);
    expect(first.get('source')).toBe('hello');
    expect(first.get('BUILD-depends')).toBe(
      'debhelper-compat (= 13),\n              dh-sequence-dkms,\nbc',
    );
    expect(first.get('X-Odd')).toBe('value');
    expect(first.get('Package')).toBeUndefined();
    expect(second.getLines('Description')).toEqual([
      'driver',
      'First paragraph.',
      '',
      ' verbatim',
      '.',
    ]);
    expect(first.where('Build-Depends')).toEqual({ file: 'debian/control', line: 5 });
    expect(second.where()).toEqual({ file: 'debian/control', line: 15 });
  });

  test.each([
    ['LF', CONTROL],
    ['CRLF', CONTROL.replaceAll('\n', '\r\n')],
    ['no last newline', CONTROL.trimEnd()],
    ['empty', ''],
    ['only comments', '# a\n\n# b'],
    ['blank lines around', `\n \t\n${CONTROL}\n\n`],
  ])('%s comes back byte for byte', (_, text) => {
    expect(parseDeb822(text, 'c').toString()).toBe(text);
  });

  test('values do not contain the CR of CRLF', () => {
    const { first, second } = source(CONTROL.replaceAll('\n', '\r\n'));
    expect(first.get('Standards-Version')).toBe('4.6.2');
    expect(second.get('Description')).toBe('driver\nFirst paragraph.\n\n verbatim\n.');
  });

  test.each([
    ['A: 1\ngarbage\n', 2, 'deb822-syntax', 'not a "Field: value" line'],
    [' A: 1\n', 1, 'deb822-syntax', 'a continuation line without a field'],
    ['A: 1\n\n b\n', 3, 'deb822-syntax', 'a continuation line without a field'],
    ['# x\n b\n', 2, 'deb822-syntax', 'a continuation line without a field'],
    ['A: 1\na: 2\n', 2, 'duplicate-field', 'occurs twice'],
    ['-A: 1\n', 1, 'deb822-syntax', 'not a "Field: value" line'],
    [': 1\n', 1, 'deb822-syntax', 'not a "Field: value" line'],
    ['A b: 1\n', 1, 'deb822-syntax', 'not a "Field: value" line'],
    ['\uFEFFA: 1\n', 1, 'deb822-syntax', 'byte order mark'],
    ['-----BEGIN PGP SIGNED MESSAGE-----\n', 1, 'deb822-syntax', 'not a "Field: value" line'],
  ])('%j is refused', (text, line, code, reason) => {
    expect(() => parseDeb822(text, 'f')).toThrow(
      expect.objectContaining({
        code,
        where: { file: 'f', line },
        message: expect.stringContaining(reason),
      }),
    );
  });
});

describe('editing', () => {
  test('set replaces one field only, with its spelling and line ends', () => {
    for (const eol of ['\n', '\r\n']) {
      const text = CONTROL.replaceAll('\n', eol);
      const { document, first } = source(text);
      first.set('standards-version', '4.7.3');
      expect(document.toString()).toBe(text.replace('4.6.2', '4.7.3'));
      first.set('Build-Depends', '\ndh-sequence-dkms,\nbc');
      expect(document.toString()).toContain(
        `${eol}Build-Depends:${eol} dh-sequence-dkms,${eol} bc${eol}X-Odd :  value  ${eol}`,
      );
    }
  });

  test('set with an equal value keeps the comments', () => {
    const { document, first, second } = source(CONTROL);
    for (const paragraph of [first, second]) {
      for (const name of paragraph.names()) paragraph.set(name, paragraph.get(name) ?? '');
    }
    expect(document.toString()).toBe(CONTROL);
  });

  test('set adds a new field after the last one', () => {
    const { document, first, second } = source(CONTROL);
    first.set('Homepage', 'https://x');
    second.set('Multi-Arch', 'foreign');
    expect(document.toString()).toBe(
      CONTROL.replace('4.6.2\n', '4.6.2\nHomepage: https://x\n').replace(
        '# the end',
        'Multi-Arch: foreign\n# the end',
      ),
    );
  });

  test('insertAfter', () => {
    const { document, first } = source(CONTROL);
    first.insertAfter('source', 'Section', 'kernel');
    first.insertAfter('nowhere', 'Priority', 'optional');
    expect(document.toString()).toBe(
      CONTROL.replace('hello\n', 'hello\nSection: kernel\n').replace(
        '4.6.2\n',
        '4.6.2\nPriority: optional\n',
      ),
    );
    expect(() => first.insertAfter('Source', 'section', 'x')).toThrow(
      expect.objectContaining({ code: 'duplicate-field' }),
    );
  });

  test('remove', () => {
    const { document, first } = source(CONTROL);
    expect(first.remove('maintainer')).toBe(true);
    expect(first.remove('maintainer')).toBe(false);
    expect(document.toString()).toBe(CONTROL.replace('Maintainer: A <a@b>\n', ''));
  });

  test('a missing final newline is added before a new field', () => {
    const document = parseDeb822('A: 1\n\nB: 2', 'f');
    document.paragraphs[1]?.set('C', '3');
    document.append([['D', '4']]);
    expect(document.toString()).toBe('A: 1\n\nB: 2\nC: 3\n\nD: 4\n');
  });

  test('append', () => {
    const document = parseDeb822('', 'f');
    document.append([['A', '1']]);
    document.append([['B', '2\nx']]);
    expect(document.toString()).toBe('A: 1\n\nB: 2\n x\n');
    expect(document.paragraphs.map((paragraph) => paragraph.names())).toEqual([['A'], ['B']]);
  });

  test('a value cannot forge a field', () => {
    const { document, first } = source(CONTROL);
    first.set('Source', 'x\nEssential: yes\n\nPackage: y');
    expect(parseDeb822(document.toString(), 'f').paragraphs[0]?.has('Essential')).toBe(false);
    expect(() => first.set('Source', 'x\ry')).toThrow(
      expect.objectContaining({ code: 'control-character' }),
    );
  });
});

describe('properties', () => {
  const random = new Seeded(822);
  const word = () =>
    random.pick(['a', 'é', '.', '..', '#', ':', 'x: y', 'b (>= 1),', '\u00a0', '-']);
  const eol = () => random.pick(['\n', '\n', '\r\n']);
  const blank = () => random.pick(['', ' ', '\t', '  ']);
  const comment = () => `#${blank()}${word()}${eol()}`;
  const field = (index: number) =>
    `F${index}${blank()}:${blank()}${word()}${blank()}${eol()}` +
    random
      .list(0, 3, () => random.pick([() => ` ${blank()}${word()}${eol()}`, comment])())
      .join('');
  const paragraph = () =>
    random
      .list(1, 4, () => random.pick([true, false]))
      .map((noted, i) => (noted ? comment() : '') + field(i));
  const text = () => {
    const whole = random
      .list(
        0,
        4,
        () => paragraph().join('') + random.list(1, 2, () => `${blank()}${eol()}`).join(''),
      )
      .join('');
    return random.pick([whole, whole, whole.trimEnd()]);
  };

  test('toString returns the parsed text, and setting an equal value changes nothing', () => {
    for (let round = 0; round < 2000; round++) {
      const original = text();
      const document = parseDeb822(original, 'f');
      for (const one of document.paragraphs) {
        for (const name of one.names()) one.set(name, one.get(name) ?? '');
      }
      expect(document.toString()).toBe(original);
    }
  });

  test('get returns the value that formatField wrote', () => {
    for (let round = 0; round < 2000; round++) {
      const lines = random
        .list(0, 4, () => blank() + random.pick(['', word()]))
        .map((line) => line.trimEnd());
      const value = [word().trim(), ...lines, 'end'].join('\n');
      const [read] = parseDeb822(formatField('F', value), 'f').paragraphs;
      expect(read?.get('F')).toBe(value);
    }
  });
});
