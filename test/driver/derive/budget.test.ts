import { afterEach, expect, test, vi } from 'vitest';
import { Budget } from '../../../src/driver/derive/budget.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('bug: a clock that is set back does not make the time limit longer', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const budget = new Budget(10);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(budget.left()).toBeLessThanOrEqual(10);
  expect(new Budget(0).over()).toBe(true);
});
