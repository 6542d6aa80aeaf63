/** Options of `plan` that no setting of the planned configuration (FleetConfig) stands for. */
interface OtherOptions {
  readonly key: readonly string[];
  readonly offline: boolean;
  readonly onlyMissing?: string | undefined;
  readonly refresh: boolean;
  readonly store?: string | undefined;
}

/**
 * Returns the options that are given. Returns undefined if no option is given. -o and --config are not among them: the
 * plan has its own place and that of the configuration. --only-missing is returned only if it names a repository
 * (--only-missing=REPO).
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
