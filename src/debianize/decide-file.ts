/**
 * Decides what init does with a single file: a file that the user did not edit is updated, and one that the user edited
 * is kept.
 */
import { join } from 'node:path';
import { type Manifest, readOptional } from '../driver/conf/init-memory.ts';
import { sha256 } from '../system/files/sha256.ts';
import type { GeneratedFile, PlannedFile } from './files/generated-file.ts';

/** Whether the action changes the directory. */
export function isChange({ action }: Pick<PlannedFile, 'action'>): boolean {
  return action === 'create' || action === 'update' || action === 'edit' || action === 'remove';
}

/** Returns the text of the file after the plan is carried out. Returns '' if the file will not exist. */
export function finalText({ action, text, before }: PlannedFile): string {
  if (action === 'remove') return '';
  return action === 'keep' || action === 'suggest' ? (before ?? '') : text;
}

/**
 * Decides what init does with one file. `before` is the current text of the file. `touched` is true if the user edited
 * it, `foreign` if debian/ was not made by init. With `force`, a file that the user edited is replaced.
 */
export function decide(
  file: GeneratedFile,
  before: string | undefined,
  { touched, foreign, force }: { touched: boolean; foreign: boolean; force: boolean },
): PlannedFile {
  if (before === file.text) return { ...file, before, action: 'unchanged' };
  if (foreign) return { ...file, before, action: 'suggest' };
  if (before === undefined) return { ...file, before, action: 'create' };
  return { ...file, before, action: touched && !force ? 'keep' : 'update' };
}

/**
 * Returns a checksum of the difference between a kept file, as it is after this run, and the text that init would
 * write. The user is told each difference once. The difference is a new one if the user edits the file again, or if
 * init would write another text.
 */
export function differenceOf(kept: string, wanted: string): string {
  return sha256(`${sha256(kept)}${sha256(wanted)}`);
}

/** Whether an earlier run has told the user the difference between a kept file and the text that init would write. */
export function isTold({ path, before, text }: PlannedFile, known: Manifest | undefined): boolean {
  return known?.told?.[path] === differenceOf(before ?? '', text);
}

/**
 * Returns the files that an earlier run wrote and that are no longer needed, to be removed. Files that the user edited
 * are not returned.
 */
export async function leftovers(
  directory: string,
  known: Manifest | undefined,
  wanted: readonly GeneratedFile[],
): Promise<PlannedFile[]> {
  const paths = new Set(wanted.map(({ path }) => path));
  const gone: PlannedFile[] = [];
  for (const [path, hash] of Object.entries(known?.files ?? {})) {
    if (paths.has(path) || !/^[\w.+-]+(?:\/[\w.+-]+)*$/.test(path) || path.includes('..')) continue;
    const before = await readOptional(join(directory, path));
    if (before === undefined || sha256(before) !== hash) continue;
    gone.push({ path, text: '', mode: 0o644, unknown: [], before, action: 'remove' });
  }
  return gone;
}
