import { basename, relative } from 'node:path';
import { isChange, isTold } from '../../debianize/decide-file.ts';
import { doubtsOf, explainDriver } from '../../debianize/explain.ts';
import type { PlannedFile } from '../../debianize/files/generated-file.ts';
import type { IncompleteSource } from '../../debianize/incomplete-source.ts';
import type { Plan } from '../../debianize/plan.ts';
import { describeMark } from '../../debianize/unknown-marks.ts';
import type { Manifest } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { Reporter } from '../../report/reporter.ts';
import { ofTree } from '../../system/text/command-places.ts';
import { someNames } from '../../system/text/some-names.ts';

/**
 * Reports the facts that init derived, the file that it reads as dkms.conf, a snapshot version, and the values of
 * placeholders. With `explain`, reports every fact with its origin.
 */
export function reportFindings(
  driver: Driver,
  reporter: Reporter,
  { explain }: { explain: boolean },
): void {
  const { derived, driverConf } = driver;
  if (derived !== undefined) {
    const modules = someNames(
      derived.modules.map(({ name }) => name),
      20,
    );
    reporter.note(`There is no dkms.conf. Modules: ${modules} (${derived.from}).`);
    if (derived.make !== undefined) reporter.note(`MAKE="${derived.make}"`);
    for (const what of ['name', 'version'] as const) {
      reporter.note(`The ${what} is ${driverConf[what].value} (${driverConf[what].from}).`);
    }
  }
  const { file, isPackaged } = driverConf.location;
  if (derived === undefined && !isPackaged && !basename(file).startsWith('dkms.conf')) {
    reporter.note(`Reading ${relative(driver.directory, file)} as dkms.conf.`);
  }
  const { version } = driverConf;
  if (derived === undefined && version.kind === 'snapshot') {
    reporter.note(`The version is ${version.value} (${version.from}).`);
  }
  for (const { what, value, from } of driverConf.filled) {
    reporter.note(`${what} is ${value === '' ? 'empty' : value} (${from}).`);
  }
  if (!explain) return;
  for (const { fact, value, from } of explainDriver(driver)) {
    reporter.note(value === undefined ? `${fact}: unknown` : `${fact}: ${value} (${from})`);
  }
}

/** Reports what was done with debian/, and everything in debian/ that the user should check. */
export function reportPlan(
  driver: Driver,
  plan: Plan,
  reporter: Reporter,
  about: { writes: boolean; check: boolean; incomplete: readonly IncompleteSource[] },
): void {
  const { writes, check, incomplete } = about;
  const of = (action: PlannedFile['action']) => plan.files.filter((file) => file.action === action);
  reportKept(of('keep'), driver.manifest, 'debian', reporter);
  for (const { path } of of('edit')) {
    reporter.note(
      `debian/${path}: ${writes ? 'updated' : 'would be updated'}, your edits are kept.`,
    );
  }
  if (plan.foreign) reportForeign(of('suggest'), reporter);
  for (const { message, hint } of driver.sourceWarnings) reporter.warn(message, hint);
  for (const { message, hint } of incomplete) reporter.warn(message, hint);
  for (const note of [...plan.notes, ...doubtsOf(driver)]) reporter.warn(note);
  const unknown = new Set(plan.files.filter(isChange).flatMap((file) => file.unknown));
  for (const item of unknown) reporter.warn(`FIXME ${item}`);
  const written = new Set(plan.files.filter(isChange).map(({ path }) => path));
  for (const mark of plan.marks) {
    if (!plan.foreign && !written.has(mark.path)) reporter.warn(describeMark(mark));
  }
  const changed = plan.files.some(isChange);
  if (plan.foreign) return;
  if (!changed && plan.marks.length > 0) {
    reporter.note('debian/ is up to date, except for the places marked FIXME.');
  } else if (!changed) reporter.note('debian/ is up to date.');
  else if (check)
    reporter.warn('debian/ is out of date.', `Run dkms-deb init${ofTree(driver.directory)}`);
  else {
    const done = writes ? 'Wrote' : 'Would write';
    reporter.note(
      `${done} debian/ for ${driver.packageName} ${driver.version} (DKMS ${driver.conf.name} ${driver.conf.version}).`,
    );
  }
}

/**
 * Warns of files that the user edited and that differ from what init would write. If an earlier run has already warned
 * of the same difference, only names the file in a note.
 */
export function reportKept(
  kept: readonly PlannedFile[],
  known: Manifest | undefined,
  directory: 'debian' | 'rpm',
  reporter: Reporter,
): void {
  const list = (files: readonly PlannedFile[]) =>
    files.map(({ path }) => `${directory}/${path}`).join(', ');
  const [told, news] = [
    kept.filter((file) => isTold(file, known)),
    kept.filter((file) => !isTold(file, known)),
  ];
  if (news.length > 0) {
    reporter.warn(
      `${list(news)}: differs from what init would write; not changed`,
      'Use --diff --force to see the difference, --force to overwrite your edits.',
    );
  }
  if (told.length > 0) reporter.note(`Edited, not changed: ${list(told)}`);
}

function reportForeign(suggested: readonly PlannedFile[], reporter: Reporter): void {
  if (suggested.length === 0) {
    reporter.note(
      'debian/ was not written by dkms-deb init, and lacks nothing. Nothing was changed.',
    );
    return;
  }
  const list = (files: readonly PlannedFile[]) => files.map(({ path }) => path).join(', ');
  const added = suggested.filter(({ before }) => before === undefined);
  const changed = suggested.filter(({ before }) => before !== undefined);
  reporter.warn(
    'debian/ was not written by dkms-deb init; nothing was changed',
    'Use --diff to see what init would add, --force to add it. Your files keep all of their lines.',
  );
  if (added.length > 0) reporter.note(`With --force, init would add to debian/: ${list(added)}`);
  if (changed.length > 0) reporter.note(`With --force, init would add lines to: ${list(changed)}`);
}
