import { copyFile, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isCheckedOut, isTracked, MOST_NESTED, submodulesOf } from '../dkms/source/git-view.ts';
import { ifThere } from '../system/files/if-there.ts';
import { git } from '../system/git/run-git.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { run } from '../system/process/run.ts';

/**
 * Copies files from the upstream tarball into a private tree: the files in which git archive has expanded texts such as
 * `$Format:%H$` (export-subst in gitattributes(5)). Otherwise dpkg-source would take them for changed files.
 */
export async function takeExpandedFiles(
  directory: string,
  privateTree: string,
  tarball: string,
): Promise<void> {
  const paths = await substitutedPaths(directory);
  if (paths.length === 0) return;
  await withTemporaryDirectory('orig', async (temporary) => {
    await run('tar', ['-xf', tarball, '-C', temporary], { timeoutSeconds: 600 });
    const [top = ''] = await readdir(temporary);
    for (const path of paths) {
      const file = join(temporary, top, path);
      // dpkg-source reports a file that is not in the tarball, so it is not reported here. A link is not copied,
      // because git expands texts only in files.
      const isFile = (await ifThere(lstat(file)))?.isFile();
      if (isFile) await ifThere(copyFile(file, join(privateTree, path)));
    }
  });
}

async function substitutedPaths(directory: string, depth = 0): Promise<string[]> {
  if (!(await isTracked(directory)) || depth > MOST_NESTED) return [];
  const { stdout } = await git(directory, ['ls-files', '-z']);
  const checked = await git(directory, ['check-attr', '-z', '--stdin', 'export-subst'], {
    input: stdout,
  });
  const fields = checked.stdout.split('\0');
  const own = fields.filter(
    (path, index) => index % 3 === 0 && fields[index + 2] === 'set' && !path.startsWith('debian/'),
  );
  const inner = (await submodulesOf(directory)).map(async ({ path }) =>
    isCheckedOut(directory, path)
      ? (await substitutedPaths(join(directory, path), depth + 1)).map((name) => `${path}/${name}`)
      : [],
  );
  return [...own, ...(await Promise.all(inner)).flat()];
}
