import type { Place } from '../../errors.ts';

/** Why a package is debhelper's to build: the place that says so, and what it says. */
export interface Reason {
  readonly where: Place;
  readonly why: string;
}

/** What debian/rules does, as far as that is certain. */
export interface Rules {
  /** Who fills the package: `dkms-deb build --from-rules`, dh, or no such file. */
  readonly style: 'dkms-deb' | 'dh' | 'none';
  /** Steps of dh's sequence that are overridden by nothing. */
  readonly skipped: ReadonlySet<string>;
  /** `dh_dkms -V`: #MODULE_VERSION# is filled in, and the version is the changelog's. */
  readonly fillsVersion: boolean;
  /** `dh --with dkms`. */
  readonly withDkms: boolean;
  /** `sh debian/check-source`, which init writes: whether it is still init's must be looked at. */
  readonly checksSource: boolean;
  /** What ${env:NAME} of the lists stands for. */
  readonly exported: ReadonlyMap<string, string>;
  /** Set where the file does more than is known here; the rest then says nothing. */
  readonly beyond: Reason | undefined;
}

/** Of a tree without debian/rules. */
export const NO_RULES: Rules = {
  style: 'none',
  skipped: new Set(),
  fillsVersion: false,
  withDkms: false,
  checksSource: false,
  exported: new Map(),
  beyond: undefined,
};
