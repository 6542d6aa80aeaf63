import { type IncompleteSource, incompleteSource } from '../../debianize/incomplete-source.ts';
import { leftOutNotes } from '../../debianize/left-out-notes.ts';
import { describeMark, unknownMarks } from '../../debianize/unknown-marks.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { ChosenSpec } from './choose-spec.ts';

/**
 * Reports the use of a spec that init has not written. For a spec of init or a generated spec, reports what the spec
 * does not pack, and each FIXME.
 */
export function reportSpec(chosen: ChosenSpec, reporter: Reporter): void {
  const { kind, name, text, notes } = chosen;
  if (kind === 'generated') {
    reporter.note('There is no spec in rpm/: using the spec that dkms-deb init --rpm would write.');
  } else if (kind === 'foreign') {
    reporter.note(`rpm/${name} was not written by dkms-deb init: it is built as it is.`);
    return;
  }
  for (const note of notes) reporter.warn(note);
  for (const mark of unknownMarks(name, text)) {
    reporter.warn(
      describeMark(mark, 'rpm'),
      'Replace FIXME by the right text, or run dkms-deb init --rpm again.',
    );
  }
}

/**
 * Reports which files of the tree are not packed, and which files the source lacks. Throws InputError
 * `incomplete-source`, as `build` does, if a file is missing that every build needs. `packed` is the driver with
 * debian/patches applied.
 */
export function reportSource(driver: Driver, packed: Driver, reporter: Reporter): void {
  for (const { message, hint } of driver.sourceWarnings) reporter.warn(message, hint);
  for (const note of leftOutNotes(driver)) reporter.note(note);
  for (const link of driver.leftOut) {
    reporter.note(`${link} is not packed: the link leads out of the source`);
  }
  const missing = incompleteSource(packed);
  const certain = missing.find((each) => each.certain);
  if (certain !== undefined) throw refusal(certain, driver.directory);
  for (const { message, hint } of missing) reporter.warn(message, hint);
}

function refusal({ message, hint }: IncompleteSource, directory: string): InputError {
  return new InputError('incomplete-source', message, { where: { file: directory }, hint });
}

/** Reports whether debian/patches are applied. */
export function reportPatches(spec: string, ownPatches: boolean, reporter: Reporter): void {
  if (ownPatches) {
    reporter.warn(
      `debian/patches are not applied, because rpm/${spec} names patches of its own`,
      'Name all patches in the spec.',
    );
  } else reporter.note('debian/patches are applied to the source.');
}
