import { expect, test } from 'vitest';
import { formatDate, parseDate } from '../../src/debian/date.ts';

test.each([
  [0, 'Thu, 01 Jan 1970 00:00:00 +0000'],
  [1795240320, 'Sat, 21 Nov 2026 05:52:00 +0000'],
  [4102444799, 'Thu, 31 Dec 2099 23:59:59 +0000'],
  [951782400.9, 'Tue, 29 Feb 2000 00:00:00 +0000'],
])('%d', (seconds, text) => {
  expect(formatDate(seconds)).toBe(text);
  expect(parseDate(text)).toBe(Math.floor(seconds));
});

test('a number that is not a time is refused', () => {
  expect(() => formatDate(Number.NaN)).toThrow(RangeError);
});

test.each([
  ['Sat, 21 Nov 2026 06:52:00 +0100', 1795240320],
  ['Sat, 21 Nov 2026 01:22:00 -0430', 1795240320],
  ['21 Nov 2026 05:52:00 +0000', 1795240320],
  ['Mon,  1 Jan 2024  0:00:00 +0000', 1704067200],
])('parseDate(%j)', (text, seconds) => {
  expect(parseDate(text)).toBe(seconds);
});

test.each([
  ['Sam, 21 Nov 2026 05:52:00 +0000', 'weekday'],
  ['Sat, 21 November 2026 05:52:00 +0000', 'month'],
  ['Sat, 32 Nov 2026 05:52:00 +0000', 'is not a valid time'],
  ['Sat, 21 Nov 2026 24:52:00 +0000', 'is not a valid time'],
  ['2026-11-21', 'not a date'],
  ['Sat, 21 Nov 2026 05:52:00', 'not a date'],
])('parseDate(%j) says why it is not a date', (text, reason) => {
  expect(parseDate(text)).toContain(reason);
});
