import type { ConfContext } from '../text/rule.ts';

/** A dkms.conf that was looked at. */
export interface LintedConf {
  /** Absolute. */
  readonly file: string;
  /** Relative to the tree: `dkms.conf`, `debian/foo-dkms.dkms`. */
  readonly path: string;
  readonly context: ConfContext;
}
