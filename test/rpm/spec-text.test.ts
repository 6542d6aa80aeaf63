import { expect, test } from 'vitest';
import { specLine, specParagraphs } from '../../src/rpm/spec-text.ts';

test.each([
  ['100% of it', '100%% of it'],
  ['%{lua:os.execute("x")} %(x) %[1]', '%%{lua:os.execute("x")} %%(x) %%[1]'],
  ['one\ntwo\r\tthree\u2028four', 'one two three four'],
  ['ends with a backslash \\\\', 'ends with a backslash'],
  ['a \\%{x', 'a %%{x'],
  ['\u202eturned', ' turned'],
])('%j becomes the line %j', (text, line) => {
  expect(specLine(text)).toBe(line);
});

test('no line of a description begins with a section or condition of rpmbuild', () => {
  const long = `${'word '.repeat(15)}%files ${'word '.repeat(15)}%if 0`;
  const text = specParagraphs([long, '%changelog', '  %prep', '# gone', 'a\n%install']);
  expect(text).toContain('%%files');
  expect(text).toContain('… %%changelog');
  expect(text.split('\n').filter((line) => /^\s*[%#]/.test(line))).toEqual([]);
});

test('paragraphs are wrapped, and separated by empty lines', () => {
  expect(specParagraphs(['x '.repeat(60), '', 'y'])).toBe(
    `${'x '.repeat(39).trim()}\n${'x '.repeat(21).trim()}\n\ny`,
  );
});
