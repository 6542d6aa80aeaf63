import { expect, test } from 'vitest';
import { type BuildArguments, readRequest } from '../../../src/commands/build/read-request.ts';
import { UsageError } from '../../../src/errors.ts';

function request(options: Partial<BuildArguments>) {
  return readRequest({
    directory: '.',
    output: '..',
    fromRules: false,
    dryRun: false,
    ...options,
  });
}

test('readRequest returns the type and the compression', () => {
  expect(request({}).type).toBe('binary');
  expect(request({ binary: true }).type).toBe('binary');
  expect(request({ source: true }).type).toBe('source');
  expect(request({ full: true }).type).toBe('full');
  expect(request({}).compression).toEqual({ type: 'xz' });
  expect(request({ compression: 'zstd:19' }).compression).toEqual({ type: 'zstd', level: 19 });
  expect(request({ compression: 'gzip:0' }).compression).toEqual({ type: 'gzip', level: 0 });
  expect(request({ compression: 'none' }).compression).toEqual({ type: 'none' });
});

test.each<[string, Partial<BuildArguments>]>([
  ['two kinds', { source: true, full: true }],
  ['-b with -S', { binary: true, source: true }],
  ['a compression that dpkg-deb has no longer', { compression: 'lzma' }],
  ['an empty compression', { compression: '' }],
  ['a level that is none', { compression: 'xz:fast' }],
  ['a level that is too high', { compression: 'xz:10' }],
  ['zstd at level 0', { compression: 'zstd:0' }],
  ['none with a level', { compression: 'none:1' }],
  ['a suffix with a hyphen', { suffix: '-1' }],
  ['a suffix that is a number', { suffix: '1' }],
  ['an empty suffix', { suffix: '' }],
  ['a suffix with a slash', { suffix: '~a/b' }],
  ['a distribution with a blank', { distribution: 'noble jammy' }],
  ['a distribution with a line', { distribution: 'noble;\nx' }],
  ['--sign that took the directory', { sign: './src' }],
  ['--sign that took this directory', { sign: '.' }],
  ['-S below debian/rules', { fromRules: true, source: true }],
  ['-F below debian/rules', { fromRules: true, full: true }],
  ['--sign below debian/rules', { fromRules: true, sign: '' }],
  ['--snapshot below debian/rules', { fromRules: true, snapshot: true }],
  ['--suffix below debian/rules', { fromRules: true, suffix: '~a' }],
  ['--distribution below debian/rules', { fromRules: true, distribution: 'noble' }],
])('%s is a usage error', (_, options) => {
  try {
    request(options);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ exitStatus: 2 });
    return;
  }
  throw new Error('accepted');
});
