import { expect, test } from 'vitest';
import { summarise } from '../../../src/commands/bmdeb/outcome.ts';
import { KernelError, ModuleBuildError } from '../../../src/errors.ts';
import type { KernelOutcome } from '../../../src/pipelines/bmdeb/kernel-outcome.ts';
import { TextReporter } from '../../../src/report/text-reporter.ts';

function failed(release: string, output: readonly string[]): KernelOutcome {
  const error = new ModuleBuildError('make-failed', 10, `make failed for kernel ${release}`, {
    output,
    hint: `Read the whole log: /log/${release}.log`,
  });
  return { release, status: 'failed', seconds: 3, error };
}

function linesOf(outcomes: readonly KernelOutcome[]): string[] {
  let text = '';
  const sink = { write: (more: string) => (text += more) };
  summarise(outcomes, new TextReporter(sink, { live: false, colour: false }));
  return text.split('\n');
}

test('the same error of several kernels is told once, with the list of kernels', () => {
  const error = "a.c:3:1: error: 'x' undeclared";
  const lines = linesOf([
    failed('6.1', [error, '    3 | x']),
    failed('6.12', [error]),
    failed('6.6', ['a.c:9:1: error: other']),
    failed('7.0', [error]),
  ]);
  expect(lines.slice(0, 9)).toEqual([
    'dkms-deb: error: 6.1: make failed for kernel 6.1',
    `  | ${error}`,
    '  |     3 | x',
    '  Read the whole log: /log/6.1.log',
    '  The same error for 2 other kernels: 6.12, 7.0.',
    'dkms-deb: error: 6.6: make failed for kernel 6.6',
    '  | a.c:9:1: error: other',
    '  Read the whole log: /log/6.6.log',
    expect.stringMatching(/^kernel /),
  ]);
});

test('errors with hints of their own are told for each kernel', () => {
  const missing = (release: string): KernelOutcome => ({
    release,
    status: 'failed',
    seconds: 0,
    error: new KernelError('no-headers', 'no headers', { hint: `apt install ${release}` }),
  });
  const lines = linesOf([missing('6.1'), missing('6.12')]);
  expect(lines.filter((line) => line.includes('error:'))).toHaveLength(2);
});
