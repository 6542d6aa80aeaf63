import { expect, test } from 'vitest';
import { withProgramPath } from '../../../src/system/text/program-path.ts';

test.each([
  ['./sign', '<./sign>'],
  ['bin/sign --key a/b', '<bin/sign> --key a/b'],
  [' ./sign  x', '<./sign>  x'],
  ['aws-sign --config /etc/x', 'aws-sign --config /etc/x'],
  ['sign', 'sign'],
  ['', ''],
])('the path of the program in %j becomes %j', (command, expected) => {
  expect(withProgramPath(command, (path) => `<${path}>`)).toBe(expected);
});
