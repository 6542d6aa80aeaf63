import { describe, expect, test } from 'vitest';
import {
  readSigning,
  type SignArguments,
} from '../../../src/commands/command-line/read-signing.ts';

describe('options of signing', () => {
  test('without signing options nothing is signed', async () => {
    expect(await readSigning({})).toBeUndefined();
    expect(await readSigning({ signKey: [], signCert: [] })).toBeUndefined();
  });

  test.each<[string, SignArguments]>([
    ['a key without a certificate', { signKey: ['k'] }],
    ['a certificate without a key', { signCert: ['c'] }],
    ['two keys, one certificate', { signKey: ['k', 'l'], signCert: ['c'] }],
    ['only a hash', { signHash: 'sha256' }],
    ['only a pass phrase', { signPassphraseFile: ['p'] }],
    ['a key and a command', { signKey: ['k'], signCert: ['c'], signCommand: 'x' }],
    ['only a time limit', { signTimeout: '60' }],
    ...['0', '-1', '1.5', 'abc', '', '86401', '1e2'].map((signTimeout): [string, SignArguments] => [
      `a time limit of ${JSON.stringify(signTimeout)}`,
      { signCommand: 'x', signTimeout },
    ]),
    ['an empty command', { signCommand: ' ' }],
    ['a command with an open quote', { signCommand: "./sign 'a" }],
    ['a command and a pass phrase', { signCommand: 'x', signPassphraseEnv: ['P'] }],
    [
      'pass phrases of two kinds',
      { signKey: ['k'], signCert: ['c'], signPassphraseFile: ['p'], signPassphraseEnv: ['P'] },
    ],
    [
      'three pass phrases for two keys',
      { signKey: ['k', 'l'], signCert: ['c', 'd'], signPassphraseFile: ['p', 'q', 'r'] },
    ],
  ])('%s is wrong usage', async (_name, args) => {
    await expect(readSigning(args)).rejects.toMatchObject({ code: 'usage', exitStatus: 2 });
  });
});
