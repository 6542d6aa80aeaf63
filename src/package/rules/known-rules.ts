import type { Place } from '../../errors.ts';

/** The reason why only debhelper can build a package, and its place in a file. */
export interface Reason {
  readonly where: Place;
  readonly why: string;
}

/** The known effects of debian/rules. */
export interface Rules {
  /** The program that builds the package: `dkms-deb build --from-rules` or dh; `none` without debian/rules. */
  readonly style: 'dkms-deb' | 'dh' | 'none';
  /** Steps of dh's sequence that an empty override skips. */
  readonly skipped: ReadonlySet<string>;
  /** Whether `dh_dkms -V` replaces #MODULE_VERSION# by the changelog's version. */
  readonly fillsVersion: boolean;
  /** Whether it calls `dh --with dkms`. */
  readonly withDkms: boolean;
  /** Whether it runs `sh debian/check-source`, which init writes and a user may have edited. */
  readonly checksSource: boolean;
  /** The values of ${env:NAME} in lists. */
  readonly exported: ReadonlyMap<string, string>;
  /** Set if the file does more than is known here; the other values are then meaningless. */
  readonly beyond: Reason | undefined;
}

/** The value for a tree without debian/rules. */
export const NO_RULES: Rules = {
  style: 'none',
  skipped: new Set(),
  fillsVersion: false,
  withDkms: false,
  checksSource: false,
  exported: new Map(),
  beyond: undefined,
};
