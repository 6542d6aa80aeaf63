import { expect, test } from 'vitest';
import { describeReport } from '../../../src/commands/verify/describe-report.ts';
import { ok, unchecked, warning } from '../../../src/module/verify/finding.ts';
import type { PackageReport } from '../../../src/package/verify/verify-package.ts';

const report = (findings: PackageReport['findings']): PackageReport => ({
  file: 'x.deb',
  name: 'x',
  version: '1',
  architecture: 'all',
  findings,
  modules: [],
});

test.each([
  [[ok('structure', 'right')], 'x.deb: fine'],
  [
    [ok('structure', 'right'), unchecked('headers', 'there are none')],
    'x.deb: not checked against a kernel',
  ],
  [
    [warning('odd', 'odd'), unchecked('headers', 'there are none')],
    'x.deb: 1 warning; not checked against a kernel',
  ],
  [[unchecked('depends', 'unknown')], 'x.deb: fine; not everything could be checked'],
])('the verdict %#', (findings, verdict) => {
  expect(describeReport(report(findings))[0]).toBe(verdict);
});

test('a dkms.conf that was not run is told with the option that checks it', () => {
  const lines = describeReport(
    report([unchecked('dkms-conf', 'x has code that was not run; check it with --evaluate')]),
  );
  expect(lines.slice(2)).toEqual([
    '    not checked: dkms-conf',
    '      x has code that was not run; check it with --evaluate',
  ]);
});
