/** A file that init writes: its path below debian/, its text, its mode on disk. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  readonly mode: 0o644 | 0o755;
  /** What the tree did not tell and a person must fill in: what, and the remedy. */
  readonly unknown: readonly string[];
}

/** A generated file of mode 0644 without anything unknown, unless told otherwise. */
export function generated(
  path: string,
  text: string,
  options: { mode?: 0o755; unknown?: readonly string[] } = {},
): GeneratedFile {
  return { path, text, mode: options.mode ?? 0o644, unknown: options.unknown ?? [] };
}

/** What becomes of one file of debian/. */
export interface PlannedFile extends GeneratedFile {
  /**
   * `edit`: a person edited it, and single fields follow the tree. `keep`: it stays, a person edited
   * it. `suggest`: it stays or stays away, as init did not make this debian/.
   */
  readonly action: 'create' | 'update' | 'edit' | 'remove' | 'unchanged' | 'keep' | 'suggest';
  /** What is there now; undefined where nothing is. */
  readonly before: string | undefined;
}
