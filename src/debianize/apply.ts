import { chmod, lstat, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SystemError } from '../errors.ts';
import { MANIFEST } from '../package/debhelper/supported-files.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import {
  makeTemporary,
  releaseTemporary,
  removeLeftoversOfTree,
} from '../system/process/cleanup.ts';
import { causeOf } from '../system/process/refusal.ts';
import { isChange } from './decide-file.ts';
import type { GeneratedFile } from './files/generated-file.ts';
import type { Plan } from './plan.ts';

/** The directories that init writes. */
export type Packaging = 'debian' | 'rpm';

/**
 * Carries out a plan for `debian/`, or for another directory of the tree. All contents are first written to a temporary
 * directory in .git or beside the directory, and then renamed into place. So a full disk or a read-only tree leaves the
 * directory unchanged. Throws SystemError `debian-directory`; its hint says whether files were changed before.
 */
export async function applyPlan(
  directory: string,
  plan: Pick<Plan, 'files' | 'manifest' | 'manifestChanged'>,
  packaging: Packaging = 'debian',
): Promise<void> {
  const changed = plan.files.filter(isChange);
  if (plan.manifest === undefined) return;
  if (changed.length === 0 && !plan.manifestChanged) return;
  const debian = join(directory, packaging);
  const existing = await refuseOddDirectory(debian);
  const folders = new Set(plan.files.map(({ path }) => dirname(path)));
  for (const folder of folders) await refuseOddDirectory(join(debian, folder));
  const staging = await makeStaging(directory);
  const written: GeneratedFile[] = changed.filter(({ action }) => action !== 'remove');
  const all = [
    ...written,
    { path: MANIFEST, text: plan.manifest, mode: 0o644, unknown: [] } as const,
  ];
  let begun = false;
  try {
    for (const file of all) await writeFileAt(join(staging, file.path), file);
    if (existing) {
      for (const file of all) await makeDirectory(dirname(join(debian, file.path)));
      for (const file of all) {
        await rename(join(staging, file.path), join(debian, file.path));
        begun = true;
      }
    } else await rename(staging, debian);
    for (const { path, action } of changed) {
      if (action === 'remove') await rm(join(debian, path), { force: true });
    }
  } catch (cause) {
    if (cause instanceof SystemError) throw cause;
    throw refused(debian, cause, begun);
  } finally {
    await rm(staging, { recursive: true, force: true });
    releaseTemporary(staging);
  }
}

async function makeStaging(directory: string): Promise<string> {
  await removeLeftoversOfTree(directory);
  try {
    const staging = makeIn(await stagingPlace(directory));
    await chmod(staging, 0o755);
    return staging;
  } catch (cause) {
    throw refused(directory, cause);
  }
}

/**
 * Returns the directory for unfinished files: .git if it is a directory in the same file system (renaming needs that),
 * otherwise the tree. Files that a killed run leaves in .git do no harm, because no tool packs them, and `git status`
 * does not show them.
 */
async function stagingPlace(directory: string): Promise<string> {
  const repository = join(directory, '.git');
  const [own, found] = await Promise.all([
    lstat(directory),
    lstat(repository).catch(() => undefined),
  ]);
  return found?.isDirectory() && found.dev === own.dev ? repository : directory;
}

function makeIn(place: string): string {
  try {
    return makeTemporary(join(place, '.debian-'));
  } catch (cause) {
    // A .git that belongs to another user may not be writable.
    if (!place.endsWith('/.git')) throw cause;
    return makeTemporary(join(dirname(place), '.debian-'));
  }
}

/** Writes one file, and sets its mode independently of the umask. */
async function writeFileAt(path: string, file: GeneratedFile): Promise<void> {
  await makeDirectory(dirname(path));
  await writeFile(path, file.text);
  await chmod(path, file.mode);
}

/**
 * Returns whether a directory (debian/ or a folder in it) exists. Throws SystemError `debian-directory` if it is
 * anything else, because a link could lead anywhere.
 */
async function refuseOddDirectory(directory: string): Promise<boolean> {
  const found = await lstat(directory).catch(() => undefined);
  if (found === undefined) return false;
  if (found.isDirectory()) return true;
  throw new SystemError('debian-directory', 'is not a directory', {
    where: { file: directory },
    hint: 'Rename the file or link: init writes a directory with this name.',
  });
}

function refused(file: string, cause: unknown, begun = false): SystemError {
  return new SystemError('debian-directory', `cannot be written: ${causeOf(cause)[0]}`, {
    where: { file },
    hint: begun
      ? 'Some files were changed. Make this directory and all folders in it writable, then run init again.'
      : 'Nothing was changed. Make the directory writable, or free some space.',
    cause,
  });
}
