import { expect, test } from 'vitest';
import { formatTable } from '../../src/report/table.ts';

const HEADING = ['kernel', 'status', 'time', 'file'];
const ROWS = [
  ['6.1.0-56-amd64', 'built', '9 s', 'a.deb'],
  ['6.12', 'failed', '', ''],
];

test('a table that fits has columns', () => {
  const lines = [
    'kernel          status  time  file',
    '6.1.0-56-amd64  built   9 s   a.deb',
    '6.12            failed',
  ];
  expect(formatTable(HEADING, ROWS, Number.POSITIVE_INFINITY)).toEqual(lines);
  expect(formatTable(HEADING, ROWS, 35)).toEqual(lines);
});

test('the rows of a wide table take several lines', () => {
  expect(formatTable(HEADING, ROWS, 34)).toEqual([
    '6.1.0-56-amd64',
    '  status built, time 9 s',
    '  a.deb',
    '6.12',
    '  status failed',
  ]);
});
