import type { Person } from '../../debian/person.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { Reporter } from '../../report/reporter.ts';

/** The source that is compiled, and the facts about it; the same for all kernels. */
export interface DriverSource {
  /** The directory that is compiled. */
  readonly directory: string;
  /** The files of `directory` without results of earlier builds. */
  readonly entries: readonly SourceEntry[];
  /** The dkms.conf that is evaluated; a temporary file if it was derived or filled in. */
  readonly confFile: string;
  /** The original dkms.conf for messages, relative to the tree or the package; undefined if it was derived. */
  readonly conf: string | undefined;
  readonly description: DriverDescription;
  /** The source tree, `directory` or a parent of it; of a package, the unpacked directory. */
  readonly tree: string;
  readonly isPackage: boolean;
  /** The facts of the tree, if they were read. */
  readonly driver?: Driver;
  /** Time stamp of all files in the packages, in seconds. */
  readonly timestamp: number;
  /** Facts that debian/ or the package does not have, so that those of the tree are used. */
  readonly missing?: readonly string[];
}

export interface SourceOptions {
  readonly conf?: string | undefined;
  /** The values of `--set NAME=VALUE`. */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** The output directory; if it lies in the tree, it is not part of the source. */
  readonly output?: string;
  readonly scratch: string;
  readonly reporter: Reporter;
  /** False if the tree must not be compiled to derive a missing dkms.conf. */
  readonly compile?: boolean;
  /** Overrides the detected maintainer, also in a generated copyright and changelog. */
  readonly maintainer?: Person | undefined;
}
