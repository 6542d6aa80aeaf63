import type { Person } from '../../debian/person.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { CommonFiles } from '../../package/modules/common-files.ts';
import type { Reporter } from '../../report/reporter.ts';

/** The source of a driver, and the facts about it. Both are the same for all kernels. */
export interface DriverSource {
  /** The directory with the files that are compiled. */
  readonly directory: string;
  /** The files of `directory` that are source, without results of earlier builds. */
  readonly entries: readonly SourceEntry[];
  /**
   * The path of the dkms.conf that is evaluated. It is a temporary file if the dkms.conf was derived, or if
   * placeholders were filled in.
   */
  readonly confFile: string;
  /**
   * The original path of dkms.conf, for messages: relative to the tree or to the package. Undefined if the
   * dkms.conf was derived.
   */
  readonly conf: string | undefined;
  readonly description: DriverDescription;
  /**
   * The directory of the whole source tree: the same as `directory`, or a directory above it. For a package, it is the
   * same as `directory`.
   */
  readonly tree: string;
  readonly isPackage: boolean;
  /** The facts of the tree. Undefined if debian/ or a package describes the driver. */
  readonly driver?: Driver;
  /** The time stamp of all files in the packages, in seconds. */
  readonly timestamp: number;
  /** The files that the -dkms package has in addition to the source, and that the modules need as well. */
  readonly common?: CommonFiles | undefined;
  /** The facts that neither debian/ nor the package states, such as `maintainer`. They are taken from the tree. */
  readonly missing?: readonly string[];
}

export interface SourceOptions {
  readonly conf?: string | undefined;
  /** The values of `--set NAME=VALUE`. */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** The output directory. If it is in the tree, it is not part of the source. */
  readonly output?: string;
  /** Paths in the tree that are not a part of the source: the plan, the results, the repository. */
  readonly without?: readonly string[];
  readonly scratch: string;
  readonly reporter: Reporter;
  /** Whether the tree may be compiled to derive a missing dkms.conf. */
  readonly compile?: boolean;
  /** The maintainer to use instead of the detected one, also in a generated copyright and changelog. */
  readonly maintainer?: Person | undefined;
}
