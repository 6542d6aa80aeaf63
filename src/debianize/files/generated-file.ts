/** A file that init writes below debian/. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  readonly mode: 0o644 | 0o755;
  /** The values that init does not know, each as a sentence that says how the user can give it. */
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
   * What init does. `edit`: the user edited the file, and init updates single values in it. `keep`: the user edited
   * the file, and init leaves it as it is. `suggest`: somebody else than init made debian/, so init writes nothing.
   */
  readonly action: 'create' | 'update' | 'edit' | 'remove' | 'unchanged' | 'keep' | 'suggest';
  /** The current text of the file. Undefined if the file does not exist. */
  readonly before: string | undefined;
}
