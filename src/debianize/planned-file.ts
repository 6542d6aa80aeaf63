import type { GeneratedFile } from './files/generated-file.ts';

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
