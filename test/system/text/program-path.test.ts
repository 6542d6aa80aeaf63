import { expect, test } from 'vitest';
import { withProgramPath } from '../../../src/system/text/program-path.ts';
import { splitWords } from '../../../src/system/text/split-words.ts';

test.each([
  ['./sign', '/fleet/./sign'],
  ['bin/sign --key a/b', '/fleet/bin/sign --key a/b'],
  [' ./sign  x', '/fleet/./sign x'],
  [`'./my sign' "a b" c`, `'/fleet/./my sign' 'a b' c`],
  ['aws-sign --config /etc/x', 'aws-sign --config /etc/x'],
  [`aws-sign  'a b'`, `aws-sign  'a b'`],
  ['sign', 'sign'],
  ['', ''],
  [`./sign 'a`, `./sign 'a`],
])('the path of the program in %j becomes %j', (command, expected) => {
  expect(withProgramPath(command, (path) => `/fleet/${path}`)).toBe(expected);
});

test.each(['/home/jane/my fleet', "/home/o'neil/a\tb", '/home/$HOME/"x"\\'])(
  'bug: in the directory %j the program of a signing command became two words',
  (directory) => {
    const command = withProgramPath("./sign --in 'a b'", (path) => `${directory}/${path}`);
    expect(splitWords(command, 'x', '')).toEqual([`${directory}/./sign`, '--in', 'a b']);
  },
);
