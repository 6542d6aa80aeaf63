import { expect, test } from 'vitest';
import type { FleetConfig } from '../../../src/fleet/config/fleet-config.ts';
import { plannedPackages } from '../../../src/fleet/plan/planned-packages.ts';

const signOf = (sign: FleetConfig['sign'], from: string, to: string) =>
  plannedPackages({ drivers: ['.'], sign } as FleetConfig, from, to).sign;

// Bug: a program such as ./sign in dkms-deb.yaml was searched in the directory in which `run` started.
test.each([
  ['./sign --hsm a/b', '/fleet', '/fleet', './sign --hsm a/b'],
  ['bin/sign', '/fleet', '/fleet/plans', '../bin/sign'],
  ['../sign', '/fleet/config', '/fleet', './sign'],
  ['/usr/bin/sign x', '/fleet', '/plans', '/usr/bin/sign x'],
  ['aws-sign --file a/b', '/fleet', '/plans', 'aws-sign --file a/b'],
])('the signing command %s of %s in a plan of %s: %s', (command, from, to, expected) => {
  expect(signOf({ command }, from, to)).toEqual({ command: expected });
});

test('keys, certificates and pass phrases are relative to the plan; a pkcs11: URI stays', () => {
  const sign = { key: 'k.pem', certificate: ['c.pem', 'pkcs11:x'], 'passphrase-file': '/p' };
  expect(signOf(sign, '/fleet', '/fleet/plans')).toEqual({
    key: '../k.pem',
    certificate: ['../c.pem', 'pkcs11:x'],
    'passphrase-file': '/p',
  });
});
