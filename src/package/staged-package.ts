import { join } from 'node:path';
import { type ControlMember, checkDeb, writeDeb } from '../archive/deb-writer.ts';
import type { StagedTree } from '../archive/staged/staged-tree.ts';
import type { Reporter } from '../report/reporter.ts';
import { checkOutputName } from '../system/files/output.ts';

/** Returns a function for `onPacked` of writeDeb that reports the progress of packing. */
export function packingReport(reporter: Reporter): (done: number, total: number) => void {
  return (done, total) => reporter.advance({ done, expected: total, unit: 'bytes' });
}

/** A binary package that is ready to be written. */
export interface StagedPackage {
  readonly fileName: string;
  readonly tree: StagedTree;
  readonly control: readonly ControlMember[];
  /** The time stamp of the members of the .deb, in seconds since 1970. */
  readonly timestamp: number;
}

/**
 * Throws the errors of writePackage that are about the name of the file, the time stamp, and the files of control.tar.
 * Writes nothing.
 */
export function checkPackage(staged: StagedPackage): void {
  checkOutputName(staged.fileName);
  checkDeb(staged);
}

/**
 * Writes a package into `directory`, and returns the path of the .deb. If `check` throws an error, no .deb is written.
 * Reports the progress of packing to `reporter`.
 */
export async function writePackage(
  { fileName, tree, control, timestamp }: StagedPackage,
  directory: string,
  check?: (file: string) => Promise<void>,
  reporter?: Reporter,
): Promise<string> {
  const target = join(directory, fileName);
  const onPacked = reporter && packingReport(reporter);
  await writeDeb(target, { tree, control, timestamp, check, onPacked });
  return target;
}
