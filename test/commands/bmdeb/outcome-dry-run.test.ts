import { expect, test } from 'vitest';
import { summarise } from '../../../src/commands/bmdeb/outcome.ts';
import type { KernelOutcome } from '../../../src/pipelines/bmdeb/kernel-outcome.ts';
import { TextReporter } from '../../../src/report/text-reporter.ts';

function linesOf(outcomes: readonly KernelOutcome[]): string[] {
  let text = '';
  const sink = { write: (more: string) => (text += more) };
  const reporter = new TextReporter(sink, { live: false, colour: false });
  summarise(outcomes, reporter, { dryRun: true });
  return text.trimEnd().split('\n');
}

const built = (release: string): KernelOutcome => ({ release, status: 'built', seconds: 0 });

test('a dry run would build, it has not built', () => {
  expect(linesOf([built('6.1')])).toEqual([
    '6.1: the package would be built; nothing was written.',
  ]);
  const lines = linesOf([built('6.1'), built('6.12')]);
  expect(lines[1]).toMatch(/^6\.1 +would build /);
  expect(lines.at(-1)).toBe('2 kernels: 2 would be built, 0 excluded, 0 failed.');
});
