import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { workerOptions } from '../../../src/commands/run/worker-options.ts';

test('bug: a worker in another directory did not find the program of --sign-command', () => {
  const options = (signCommand: string) => workerOptions({ offline: false, signCommand });
  expect(options('./sign --in a/b')).toEqual(['--sign-command', `${resolve('sign')} --in a/b`]);
  expect(options('aws-sign x')).toEqual(['--sign-command', 'aws-sign x']);
  expect(options("'./my sign' 'a b'")).toEqual(['--sign-command', `'${resolve('my sign')}' 'a b'`]);
});

test('paths of keys and of the store are absolute for workers, pkcs11: URIs stay', () => {
  const given = { offline: true, store: 's', signKey: ['k', 'pkcs11:x'], signCert: ['c'] };
  expect(workerOptions(given)).toEqual([
    ...['--store', resolve('s'), '--offline'],
    ...['--sign-key', resolve('k'), '--sign-key', 'pkcs11:x', '--sign-cert', resolve('c')],
  ]);
});
