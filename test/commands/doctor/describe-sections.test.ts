import { expect, test } from 'vitest';
import { describeSections } from '../../../src/commands/doctor/describe-sections.ts';

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
        { state: 'ok', subject: 'tar', message: '/usr/bin/tar' },
        { state: 'ok', subject: 'xz', message: '/usr/bin/xz' },
        { state: 'missing', subject: 'rpmbuild', message: 'not installed', ...RPM },
        { state: 'missing', subject: 'rpm', message: 'not installed', ...RPM },
        { state: 'optional', subject: 'rpmsign', message: 'not\u001b[31m installed', ...RPM },
        { state: 'ok', subject: 'kernel 6.1', message: 'headers and gcc-12' },
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
  ]);
});
