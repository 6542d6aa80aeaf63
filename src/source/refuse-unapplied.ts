import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../errors.ts';
import { namesIn } from '../system/files/names-in.ts';
import { readTreeText } from '../system/files/read-tree-file.ts';
import { run } from '../system/process/run.ts';

/**
 * The exit status of patch(1) if some hunks do not apply. The status is 0 if all apply, and 2 for other trouble, such
 * as a patch without a change.
 */
const SOME_FAILED = 1;

/**
 * Refuses a tree in which debian/patches are not applied after `dpkg-source --before-build`. If the first patch does
 * not apply, dpkg-source assumes that all patches are applied, and says nothing (Dpkg::Source::Package::V2,
 * check_patches_applied). So if dpkg-source has applied no patch, it must be possible to unapply the last patch of a
 * series. Throws InputError `patches-do-not-apply`.
 */
export async function refuseUnapplied(tree: string): Promise<void> {
  if (existsSync(join(tree, '.pc/applied-patches'))) return;
  const last = await lastPatches(join(tree, 'debian/patches'));
  for (const patch of last) {
    const words = ['-R', '--dry-run', '-f', '-s', '-p1', '-i', join('debian/patches', patch)];
    const { exitStatus } = await run('patch', words, { cwd: tree, accept: [0, SOME_FAILED, 2] });
    if (exitStatus !== SOME_FAILED) return;
  }
  if (last.length === 0) return;
  throw new InputError(
    'patches-do-not-apply',
    'the patches in debian/patches cannot be applied, and have not been applied before',
    {
      hint: 'Refresh the patches, with QUILT_PATCHES=debian/patches: quilt push -a; where it stops, quilt push -f, correct the rejects, quilt refresh.',
    },
  );
}

/** Returns the last patch of each series. A vendor may have its own series, such as ubuntu.series. */
async function lastPatches(directory: string): Promise<string[]> {
  const names = await namesIn(directory);
  const series = names.filter((name) => /^(?:.+\.)?series$/.test(name));
  const texts = await Promise.all(series.map((name) => readTreeText(join(directory, name))));
  return texts.flatMap((text) => {
    const patches = text.match(/^[ \t]*[^#\s]\S*/gm) ?? [];
    return patches.slice(-1).map((patch) => patch.trim());
  });
}
