import { describe, expect, test } from 'vitest';
import { clock, taskLine } from '../../src/report/task-line.ts';
import { aboutTime, timeLeft } from '../../src/report/time-left.ts';

const KERNEL = '6.12.117+deb12-cloud-amd64';
const advance = {
  done: 12,
  expected: 61,
  unit: 'objects',
  item: 'hal/phydm/rtl8821c/phydm_hal_api8821c.o',
} as const;
const state = { subject: KERNEL, step: 'compiling rtl8821cu 5.12', advance, seconds: 65 };

describe('a line', () => {
  test.each([
    [39, '6.12.11…d-amd64 12/61 …_api8821c.o 1:05'],
    [79, '6.12.117+deb12-cloud-amd64 [#---------] 12/61 …l8821c/phydm_hal_api8821c.o 1:05'],
    [
      199,
      '6.12.117+deb12-cloud-amd64 compiling rtl8821cu 5.12 [#---------] 12/61 hal/phydm/rtl8821c/phydm_hal_api8821c.o 1:05',
    ],
  ])('of %d columns', (width, line) => {
    const shown = taskLine(state, width);
    expect(shown).toBe(line);
    expect(shown.length).toBeLessThanOrEqual(width);
  });

  test('without an expectation, or with a wrong one, it counts', () => {
    for (const expected of [undefined, 11]) {
      const counting = { ...state, advance: { ...advance, expected } };
      expect(taskLine(counting, 79)).toContain(' 12 objects ');
      expect(taskLine(counting, 39)).toContain('amd64 12 …');
    }
  });

  test('bytes', () => {
    const bytes = { done: 12 << 20, expected: 340 << 20, unit: 'bytes' } as const;
    const packing = { subject: '', step: 'packing x.deb', advance: bytes, seconds: 3 };
    const small = { ...bytes, done: 3000, expected: 400_000 };
    expect(taskLine({ ...packing, advance: small }, 39)).toBe('3/391 KiB packing x.deb 0:03');
    expect(taskLine(packing, 79)).toBe('[----------] 12/340 MiB packing x.deb 0:03');
  });

  test('never wider than the terminal, whatever the names are', () => {
    for (let width = 19; width < 140; width++) {
      for (const subject of ['', '6.1', KERNEL.repeat(4)]) {
        for (const step of [state.step, state.step.repeat(5)]) {
          const line = taskLine({ ...state, subject, step }, width, { pad: 60 });
          expect(line.length, line).toBeLessThanOrEqual(width);
          expect(line).toMatch(/12\/61.* 1:05$/);
        }
      }
    }
  });
});

test.each([
  [0.9, '0:00'],
  [65, '1:05'],
  [3605, '1:00:05'],
])('%d seconds: %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

describe('the time that is left', () => {
  const task = (done: number, expected?: number, ended = false) => ({ done, expected, ended });

  test.each([
    ['half is done', [task(50, 100)], 1, 60, 60],
    ['a kernel that waits is as large as the others', [task(50, 100)], 2, 60, 180],
    ['a kernel has ended', [task(100, 100, true), task(0, 100)], 2, 60, 60],
    ['too early', [task(50, 100)], 1, 5, undefined],
    ['hardly anything is done', [task(5, 100)], 1, 60, undefined],
    ['nobody knows how much there is', [task(50)], 1, 60, undefined],
    ['a small driver', [task(1, 2)], 1, 60, undefined],
    ['some come from the cache', [task(0, undefined, true), task(50, 100)], 3, 60, undefined],
    ['all is compiled', [task(100, 100)], 1, 60, undefined],
  ] as const)('%s', (_, begun, total, seconds, left) => {
    expect(timeLeft(begun, total, seconds)).toBe(left);
  });

  test.each([
    [12, 'about 20 s left'],
    [119, 'about 120 s left'],
    [150, 'about 3 min left'],
  ])('%d: %s', (seconds, text) => {
    expect(aboutTime(seconds)).toBe(text);
  });
});
