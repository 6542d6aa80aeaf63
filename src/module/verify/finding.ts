/** The result of one check of a module or package. */
export interface Finding {
  /**
   * The result. `ok`: nothing is wrong. `unchecked`: the check was not possible; the message says why. `warning`:
   * possibly wrong. `error`: the module does not load, the package cannot be installed, or one of them is not what it
   * claims to be.
   */
  readonly level: 'ok' | 'unchecked' | 'warning' | 'error';
  /** The name of the finding in --json and in the documentation. */
  readonly code: string;
  readonly message: string;
}

/** Joins a list for a message. Of a long list it shows the first eight items and the number of all. */
export function enumerate(items: readonly string[]): string {
  const shown = items.slice(0, 8).join(', ');
  return items.length > 8 ? `${shown}, … (${items.length} in all)` : shown;
}

export function ok(code: string, message: string): Finding {
  return { level: 'ok', code, message };
}

export function unchecked(code: string, message: string): Finding {
  return { level: 'unchecked', code, message };
}

export function warning(code: string, message: string): Finding {
  return { level: 'warning', code, message };
}

export function error(code: string, message: string): Finding {
  return { level: 'error', code, message };
}

/**
 * Returns one finding that names the items, and of many items the first ones (enumerate). Returns no finding if there
 * are no items.
 */
export function findingAbout(
  level: Finding['level'],
  code: string,
  what: string,
  items: readonly string[],
): Finding[] {
  return items.length === 0 ? [] : [{ level, code, message: `${what}: ${enumerate(items)}` }];
}
