/** Options of `plan` for which dkms-deb.yaml has no setting. */
interface OtherOptions {
  readonly key: readonly string[];
  readonly offline: boolean;
  readonly onlyMissing?: string | undefined;
  readonly refresh: boolean;
  readonly store?: string | undefined;
}

/**
 * Returns those of these options that are given, or undefined if none is. -o and --config do not count: a plan tells
 * them by its own places. --only-missing only counts with a repository of its own.
 */
export function otherOptions(options: OtherOptions): Record<string, unknown> | undefined {
  const { store, offline, refresh, key, onlyMissing } = options;
  const given = Object.entries({
    store,
    offline: offline || undefined,
    refresh: refresh || undefined,
    key: key.length > 0 ? key : undefined,
    onlyMissing: onlyMissing || undefined,
  }).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}
