import { expect, test } from 'vitest';
import { type Advisory, judgeAdvisories, readAuditReport } from '../../packaging/audit-report.ts';

const url = (name: string) => `https://example.org/${name}`;

function advisory(name: string, severity: string, directory = `node_modules/${name}`): Advisory {
  return {
    directory,
    name,
    severity: severity as Advisory['severity'],
    title: 'T',
    url: url(name),
  };
}

const BUNDLED = new Set(['node_modules/a', 'node_modules/b/node_modules/a']);

test('a report gives each advisory with each place; who only depends on the package has none', () => {
  const via = { source: 1, severity: 'high', title: 'T', url: url('a') };
  const vulnerabilities = {
    a: { name: 'a', severity: 'high', via: [via], nodes: [...BUNDLED] },
    b: { name: 'b', severity: 'high', via: ['a'], nodes: ['node_modules/b'] },
  };
  expect(readAuditReport(JSON.stringify({ auditReportVersion: 2, vulnerabilities }))).toEqual([
    advisory('a', 'high'),
    advisory('a', 'high', 'node_modules/b/node_modules/a'),
  ]);
});

test.each([
  '',
  'npm error',
  'null',
  '{}',
  '{"message":"405 Method Not Allowed","statusCode":405}',
  '{"auditReportVersion":3,"vulnerabilities":{}}',
])('%j is not a report', (text) => {
  expect(readAuditReport(text)).toBeUndefined();
});

test.each([
  ['moderate', advisory('a', 'moderate')],
  ['critical', advisory('a', 'critical')],
  ['of a severity that is new', advisory('a', 'catastrophic')],
  ['in a second place', advisory('a', 'high', 'node_modules/b/node_modules/a')],
])('an advisory about code in the bundle fails: %s', (_, one) => {
  expect(judgeAdvisories([one], BUNDLED, {})).toEqual({ failing: [one], told: [] });
});

test.each([
  ['what is not in the bundle', advisory('c', 'critical'), {}, 'not in the bundle'],
  [
    'another version',
    advisory('a', 'high', 'node_modules/c/node_modules/a'),
    {},
    'not in the bundle',
  ],
  ['a low one', advisory('a', 'low'), {}, 'in the bundle, less than moderate'],
  [
    'an accepted one',
    advisory('a', 'high'),
    { [url('a')]: 'never called' },
    'accepted: never called',
  ],
])('%s is told and does not fail', (_, one, accepted, why) => {
  const told = [{ ...one, why }];
  expect(judgeAdvisories([one], BUNDLED, accepted)).toEqual({ failing: [], told });
});
