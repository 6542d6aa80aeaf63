import { expect, test } from 'vitest';
import { inOneWord } from '../../src/commands/commands.ts';

test.each([
  'bmdeb sign a.deb',
  'bmdeb sign -o out --sign-key k.pem --sign-cert c.pem ./a.deb b.deb',
  'bmdeb sign --request todo a.deb',
  'bmdeb sign --help',
])('%s means bmdeb-sign', (line) => {
  const words = line.split(' ');
  expect(inOneWord(words)).toEqual(['bmdeb-sign', ...words.slice(2)]);
});

test('common options may precede the command', () => {
  const words = ['--verbose', '--color', 'never', 'bmdeb', 'sign', 'a.deb'];
  expect(inOneWord(words)).toEqual(['--verbose', '--color', 'never', 'bmdeb-sign', 'a.deb']);
});

test.each([
  'bmdeb sign',
  'bmdeb sign -k 6.1.0-56-amd64 --sign-key k.pem',
  'bmdeb -k 6.1.0-56-amd64 sign',
  'bmdeb ./sign a.deb',
  'bmdeb hello.deb',
  'build sign a.deb',
  'bmdeb-sign a.deb',
  '',
])('%s is not changed', (line) => {
  const words = line.split(' ');
  expect(inOneWord(words)).toBe(words);
});
