import type { Person } from '../../debian/person.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { Driver } from '../../driver/read-driver.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { Reporter } from '../../report/reporter.ts';

/** The tree that is compiled and what is known of it, the same for all kernels. */
export interface DriverSource {
  readonly directory: string;
  /** What of `directory` is compiled: all of it but results of earlier builds. */
  readonly entries: readonly SourceEntry[];
  readonly confFile: string;
  /** The file that was read as dkms.conf, for people: from the tree's top, or in a package. Undefined: derived. */
  readonly conf: string | undefined;
  readonly description: DriverDescription;
  /** The tree itself, `directory` or above it; of a package, where it was unpacked. */
  readonly tree: string;
  readonly isPackage: boolean;
  /** The tree's facts, where debian/ does not tell them. */
  readonly driver?: Driver;
  /** Of everything in the packages, seconds. */
  readonly timestamp: number;
  /** What neither debian/ nor the given package says of the driver: there the facts of the tree stand. */
  readonly missing?: readonly string[];
}

export interface SourceOptions {
  readonly conf?: string | undefined;
  /** `--set NAME=VALUE`. */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** The directory for results: where it lies in the tree it is none of the source. */
  readonly output?: string;
  readonly scratch: string;
  readonly reporter: Reporter;
  /** False: nothing is compiled to learn how a tree without dkms.conf is built. */
  readonly compile?: boolean;
  /** Of the packages, instead of who is found: it is in copyright and changelog, too, where the tree has none. */
  readonly maintainer?: Person | undefined;
}
