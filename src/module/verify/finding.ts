/** The result of one check of a module or package. */
export interface Finding {
  /**
   * `unchecked`: the check was not possible; the message says why. `warning`: not necessarily wrong. `error`:
   * the module does not load, or the package does not install or is not what it claims to be.
   */
  readonly level: 'ok' | 'unchecked' | 'warning' | 'error';
  /** Identifies the check's result in --json and in the documentation. */
  readonly code: string;
  readonly message: string;
}

/** Joins a list for a message; of a long one the first eight items and the number of all. */
export function enumerate(items: readonly string[]): string {
  const shown = items.slice(0, 8).join(', ');
  return items.length > 8 ? `${shown}, … (${items.length} in all)` : shown;
}
