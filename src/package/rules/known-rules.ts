import type { Place } from '../../errors.ts';

/** The reason why only debhelper can build a package, and its place in a file. */
export interface Reason {
  readonly where: Place;
  readonly why: string;
}

/** What debian/rules does, as far as it is known. */
export interface Rules {
  /** The program that builds the package: `dkms-deb build --from-rules` or dh; `none` without debian/rules. */
  readonly style: 'dkms-deb' | 'dh' | 'none';
  /** Steps of dh's sequence that are skipped, because debian/rules overrides them with an empty target. */
  readonly skipped: ReadonlySet<string>;
  /** Whether debian/rules calls `dh_dkms -V`, which replaces #MODULE_VERSION# by the version of the changelog. */
  readonly fillsVersion: boolean;
  /** Whether debian/rules calls `dh --with dkms`. */
  readonly withDkms: boolean;
  /** Whether debian/rules runs `sh debian/check-source`. init writes this script, and a user may have edited it. */
  readonly checksSource: boolean;
  /** The exported variables. Lists such as debian/<package>.install contain them as `${env:NAME}`. */
  readonly exported: ReadonlyMap<string, string>;
  /**
   * The reason why debhelper must build. Set if the file does something that is not known here. In this case, the other
   * values mean nothing.
   */
  readonly beyond: Reason | undefined;
}

/** What is known about a tree without debian/rules. */
export const NO_RULES: Rules = {
  style: 'none',
  skipped: new Set(),
  fillsVersion: false,
  withDkms: false,
  checksSource: false,
  exported: new Map(),
  beyond: undefined,
};
