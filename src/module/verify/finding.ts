/**
 * One check of a module or package: `ok` it was made and all is well, `unchecked` it could not be
 * made (and why), `warning` it may surprise, `error` it will not load, install or be what it says.
 */
export interface Finding {
  readonly level: 'ok' | 'unchecked' | 'warning' | 'error';
  /** Names the event for --json and the documentation. */
  readonly code: string;
  readonly message: string;
}

/** Shortens a list for a message: the first eight, and how many there are. */
export function enumerate(items: readonly string[]): string {
  const shown = items.slice(0, 8).join(', ');
  return items.length > 8 ? `${shown}, … (${items.length} altogether)` : shown;
}
