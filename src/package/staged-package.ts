import { join } from 'node:path';
import { type ControlMember, writeDeb } from '../archive/deb-writer.ts';
import type { StagedTree } from '../archive/staged/staged-tree.ts';

/** A binary package that is ready to be written. */
export interface StagedPackage {
  readonly fileName: string;
  readonly tree: StagedTree;
  readonly control: readonly ControlMember[];
  /** The time stamp of the members of the .deb, in seconds. */
  readonly timestamp: number;
}

/**
 * Writes a package into `directory`, and returns the path of the .deb. If `check` throws an error, there is no
 * .deb.
 */
export async function writePackage(
  { fileName, tree, control, timestamp }: StagedPackage,
  directory: string,
  check?: (file: string) => Promise<void>,
): Promise<string> {
  const target = join(directory, fileName);
  await writeDeb(target, { tree, control, timestamp, check });
  return target;
}
