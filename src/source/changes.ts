import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fsExtra from 'fs-extra';
import { withoutEpoch } from '../debian/version.ts';
import { withTemporaryDirectory } from '../system/cleanup.ts';
import { writeWhole } from '../system/output.ts';
import { run } from '../system/run.ts';

/** A .deb as debian/files lists it, and the source package it belongs to. */
export interface UploadedPackage {
  readonly fileName: string;
  readonly section: string;
  readonly priority: string;
  readonly source: string;
  readonly version: string;
}

/** Puts a .deb into debian/files of a tree, where dpkg-genchanges looks (dpkg-distaddfile(1)). */
export async function registerInFiles(tree: string, built: UploadedPackage): Promise<void> {
  await run('dpkg-distaddfile', [built.fileName, built.section, built.priority], { cwd: tree });
}

/**
 * Writes .buildinfo and .changes for a .deb that lies in `output`, with dpkg-dev's own tools and the
 * names that dpkg-buildpackage gives them; they work on a copy of debian/, the tree stays as it is.
 * Returns the paths.
 */
export async function writeChanges(
  debian: string,
  output: string,
  built: UploadedPackage,
): Promise<string[]> {
  const architecture = (await run('dpkg', ['--print-architecture'])).stdout.trim();
  const stem = `${built.source}_${withoutEpoch(built.version)}_${architecture}`;
  return withTemporaryDirectory('changes', async (temporary) => {
    // As below dpkg-buildpackage: the packages lie beside the tree.
    const tree = join(temporary, 'tree');
    await mkdir(tree);
    await fsExtra.copy(debian, join(tree, 'debian'), { dereference: true });
    await fsExtra.remove(join(tree, 'debian/files'));
    await copyFile(join(output, built.fileName), join(temporary, built.fileName));
    await registerInFiles(tree, built);
    const written: string[] = [];
    for (const [tool, name] of [
      ['dpkg-genbuildinfo', `${stem}.buildinfo`],
      ['dpkg-genchanges', `${stem}.changes`],
    ] as const) {
      await run(tool, ['--build=binary', `-O../${name}`], { cwd: tree });
      await writeWhole(join(output, name), (target) => copyFile(join(temporary, name), target));
      written.push(join(output, name));
    }
    return written;
  });
}
