import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatSymvers } from '../../kernel/symvers.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import type { BuildDependency, ForKernel } from './build-dependency.ts';
import type { Workspace } from './workspace.ts';

/**
 * Puts the drivers of BUILD_DEPENDS into the places where a dkms.conf looks for them. Module.symvers is put into
 * `$dkms_tree/<name>/<version>/<kernel>/<arch>/module`, to which a link `$dkms_tree/<name>/kernel-<kernel>-<arch>`
 * leads. The source is put into `$source_tree/<name>-<version>`, if /usr/src has it. Returns the paths of the
 * Module.symvers files, for KBUILD_EXTRA_SYMBOLS: with this variable kbuild finds the symbols even if the driver's
 * makefile does not name the files.
 */
export async function layOutDependencies(
  workspace: Workspace,
  { release, machine }: ForKernel,
  dependencies: readonly BuildDependency[],
): Promise<string[]> {
  const files: string[] = [];
  for (const { name, version = '0', exports } of dependencies) {
    const base = join(workspace.dkmsTree, name);
    const directory = join(base, version, release, machine, 'module');
    const file = join(directory, 'Module.symvers');
    // A second table of the same driver, from another Module.symvers of --symvers, gets a name of its own.
    const target = existsSync(file) ? join(directory, `${files.length}.symvers`) : file;
    await makeDirectory(directory);
    await writeFile(target, formatSymvers(exports));
    files.push(target);
    const link = join(base, `kernel-${release}-${machine}`);
    if (!existsSync(link)) await symlink(join(version, release, machine), link);
    const source = `/usr/src/${name}-${version}`;
    const here = join(workspace.sourceTree, `${name}-${version}`);
    if (existsSync(source) && !existsSync(here)) {
      await symlink(source, here);
      await symlink(source, join(base, version, 'source'));
    }
  }
  return files;
}
