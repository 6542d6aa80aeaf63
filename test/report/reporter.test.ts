import { expect, test } from 'vitest';
import { notesOnce, silentReporter } from '../../src/report/reporter.ts';

test('notesOnce drops repeated notes, but no warnings', () => {
  const told: string[] = [];
  const reporter = notesOnce({
    ...silentReporter,
    note: (message) => told.push(message),
    warn: (message) => told.push(message),
  });
  for (const message of ['a', 'b', 'a']) {
    reporter.note(`note ${message}`);
    reporter.warn(`warning ${message}`);
  }
  expect(told).toEqual(['note a', 'warning a', 'note b', 'warning b', 'warning a']);
});
