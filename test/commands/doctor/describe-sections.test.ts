import { expect, test } from 'vitest';
import { describeSections } from '../../../src/commands/doctor/describe-sections.ts';
import { ok, okProgram } from '../../../src/pipelines/doctor/machine-finding.ts';

const RPM = { command: 'apt install rpm', packages: ['rpm'] };

test('what is there takes one line, and a command that mends several things comes once', () => {
  const lines = describeSections([
    {
      task: 'machine',
      ready: true,
      findings: [{ state: 'ok', subject: 'system', message: 'Debian' }],
    },
    {
      task: 'rpm',
      ready: false,
      findings: [
        okProgram('tar', '/usr/bin/tar'),
        okProgram('xz', '/usr/bin/xz'),
        { state: 'missing', subject: 'rpmbuild', message: 'not installed', ...RPM },
        { state: 'missing', subject: 'rpm', message: 'not installed', ...RPM },
        { state: 'optional', subject: 'rpmsign', message: 'not\u001b[31m installed', ...RPM },
        ok('kernel 6.1', 'headers and gcc-12'),
        ok('cache', '/home/jane/.cache, 3 GiB free'),
      ],
    },
  ]);
  expect(lines).toEqual([
    'This machine',
    '  ok        system: Debian',
    '',
    'rpm: not ready (2 missing, 1 optional thing)',
    '  ok        tar xz',
    '  missing   rpmbuild: not installed',
    '  missing   rpm: not installed',
    '            apt install rpm',
    '  optional  rpmsign: not installed',
    '            apt install rpm',
    '  ok        kernel 6.1: headers and gcc-12',
    '  ok        cache: /home/jane/.cache, 3 GiB free',
  ]);
});
