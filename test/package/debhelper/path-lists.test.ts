import { expect, test } from 'vitest';
import { parseList } from '../../../src/package/debhelper/path-lists.ts';

test('a list with more lines than anybody writes is refused with the line', () => {
  const line = 'LICENSE usr/src/hello-1.0/\n';
  expect(parseList(line.repeat(10_000), 'x.install')).toHaveLength(10_000);
  expect(() => parseList(line.repeat(10_001), 'x.install')).toThrow(
    expect.objectContaining({
      code: 'list-too-long',
      where: { file: 'x.install', line: 10_001 },
    }),
  );
});

// Bug: a variable that nothing sets was "unknown substitution", with the hint to use env:NAME.
test('a list with a variable that nothing sets, or with an unknown substitution, is refused with the reason', () => {
  const parse = (word: string) => () => parseList(`\${${word}} usr/src\n`, 'x.install');
  expect(parse('env:DKMS_DEB_UNSET')).toThrow(
    expect.objectContaining({
      code: 'list-substitution',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a list
      message: 'nothing sets the variable of ${env:DKMS_DEB_UNSET}',
      hint: 'Export the variable DKMS_DEB_UNSET in debian/rules, or write its value into the list.',
    }),
  );
  expect(parse('space')).toThrow(
    expect.objectContaining({
      code: 'list-substitution',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a list
      message: 'debhelper does not know the substitution ${space}',
    }),
  );
});
