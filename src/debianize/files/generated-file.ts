/** A file that init writes below debian/. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  readonly mode: 0o644 | 0o755;
  /** A sentence for each value that init does not know. The sentence says how the user can give the value. */
  readonly unknown: readonly string[];
}

/** Returns a GeneratedFile. By default its mode is 0644, and it has no unknown values. */
export function generated(
  path: string,
  text: string,
  options: { mode?: 0o755; unknown?: readonly string[] } = {},
): GeneratedFile {
  return { path, text, mode: options.mode ?? 0o644, unknown: options.unknown ?? [] };
}

/** A file, and what init does with it. */
export interface PlannedFile extends GeneratedFile {
  /**
   * What init does. `edit`: the user edited the file, and init updates single values in it. `keep`: the user edited the
   * file, and init does not change it. `suggest`: debian/ was not made by init, so init writes nothing.
   */
  readonly action: 'create' | 'update' | 'edit' | 'remove' | 'unchanged' | 'keep' | 'suggest';
  /** The current text of the file. Undefined if the file does not exist. */
  readonly before: string | undefined;
}
