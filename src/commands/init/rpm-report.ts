import { isChange } from '../../debianize/decide-file.ts';
import { describeMark } from '../../debianize/unknown-marks.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { RpmPlan } from '../../rpm/plan-rpm.ts';
import { ofTree } from '../../system/text/command-places.ts';
import { reportKept } from './init-report.ts';

/** Reports what was done with rpm/, and everything in rpm/ that the user should check. */
export function reportRpmPlan(
  driver: Driver,
  plan: RpmPlan,
  reporter: Reporter,
  { writes, check }: { readonly writes: boolean; readonly check: boolean },
): void {
  const kept = plan.files.filter(({ action }) => action === 'keep');
  reportKept(kept, plan.known, 'rpm', reporter);
  for (const { path } of plan.files.filter(({ action }) => action === 'edit')) {
    reporter.note(`rpm/${path}: ${writes ? 'updated' : 'would be updated'}, your edits are kept.`);
  }
  for (const note of plan.notes) reporter.warn(note);
  if (plan.foreign) {
    reporter.warn(
      `rpm/${driver.packageName}.spec was not written by dkms-deb init; nothing in rpm/ was changed`,
      'Use --diff to see what would change, --force to overwrite the spec.',
    );
    return;
  }
  const changed = plan.files.filter(isChange);
  for (const item of new Set(changed.flatMap((file) => file.unknown))) {
    reporter.warn(`FIXME ${item}`);
  }
  if (changed.length === 0) {
    for (const mark of plan.marks) reporter.warn(describeMark(mark, 'rpm'));
    reporter.note('rpm/ is up to date.');
  } else if (check)
    reporter.warn('rpm/ is out of date.', `Run dkms-deb init${ofTree(driver.directory)}`);
  else reporter.note(`${writes ? 'Wrote' : 'Would write'} rpm/ for ${driver.packageName}.`);
}
