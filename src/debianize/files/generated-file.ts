/** A file that init writes below debian/. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  readonly mode: 0o644 | 0o755;
  /** The values that init does not know, each as a sentence that says how the user can give it. */
  readonly unknown: readonly string[];
}

/** Makes a GeneratedFile; by default its mode is 0644, and nothing is unknown. */
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
   * `edit`: the user edited it, and single values are updated. `keep`: the user edited it, and it is not changed.
   * `suggest`: init did not make this debian/, so nothing is written.
   */
  readonly action: 'create' | 'update' | 'edit' | 'remove' | 'unchanged' | 'keep' | 'suggest';
  /** The current text; undefined if the file does not exist. */
  readonly before: string | undefined;
}
