import { expect, test } from 'vitest';
import { reportRpmPlan } from '../../../src/commands/init/rpm-report.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import type { RpmPlan } from '../../../src/rpm/plan-rpm.ts';

type ReportedDriver = Parameters<typeof reportRpmPlan>[0];

test.each([
  [true, 'rpm/foo-dkms.spec: updated, your edits are kept.'],
  [false, 'rpm/foo-dkms.spec: would be updated, your edits are kept.'],
])('bug: init --rpm --dry-run said that an edited spec was updated; writes: %s', (writes, said) => {
  const file = { path: 'foo-dkms.spec', text: '', mode: 0o644, unknown: [], before: 'x' } as const;
  const plan: RpmPlan = {
    files: [{ ...file, action: 'edit' }],
    manifest: '',
    manifestChanged: false,
    foreign: false,
    known: undefined,
    notes: [],
    marks: [],
  };
  const notes: string[] = [];
  const reporter = { ...silentReporter, note: (text: string) => notes.push(text) };
  const driver = { packageName: 'foo-dkms', directory: '.' } as ReportedDriver;
  reportRpmPlan(driver, plan, reporter, { writes, check: false });
  expect(notes).toContain(said);
});
