import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../../dkms/source/empty-submodules.ts';
import type { MissingFile } from '../../kbuild/missing-files.ts';

/**
 * Returns a hint about a dangling link, a file in an empty submodule, a module that no makefile builds, or a missing
 * script; undefined for other missing files. If there is an empty submodule, a missing header counts as a file of this
 * submodule.
 */
export function hintOfTree(first: MissingFile, directory: string): string | undefined {
  if (first.danglingTarget !== undefined) {
    return 'Put the target of the link into the package, or replace the link by the file.';
  }
  const submodule = emptySubmodules(directory).find(
    (path) => first.path.startsWith(`${path}/`) || first.kind === 'header',
  );
  if (submodule !== undefined) {
    return fillSubmodules(directory, [submodule]);
  }
  if (first.kind === 'module') {
    const [other] = first.others ?? [];
    return other === undefined
      ? `Name the modules in obj-m of ${first.path}, or let MAKE call the makefile that names the modules.`
      : `Pack ${other} as ${first.path}, or name ${other} in MAKE: make -f ${other}.`;
  }
  if (first.kind === 'script') return hintForScript(first.path, directory);
  return undefined;
}

/**
 * Returns a hint about a missing script. The script `configure` usually is not in version control; autogen.sh makes
 * it, and releases contain it.
 */
function hintForScript(path: string, directory: string): string {
  const base = path.replace(/[^/]*$/, '');
  const generated = /(?:^|\/)configure$/.test(path);
  const autogen = ['autogen.sh', 'bootstrap', 'bootstrap.sh', 'buildconf']
    .map((name) => `${base}${name}`)
    .find((name) => existsSync(join(directory, name)));
  if (generated && autogen !== undefined) {
    return `Run ./${autogen}, which makes ${path}, and pack ${path}; or use the release's tarball, which has this file.`;
  }
  if (generated || existsSync(join(directory, `${path}.ac`))) {
    return `Run autoreconf -i, which makes ${path}, and pack ${path}; or use the release's tarball, which has this file.`;
  }
  return 'Add the script and make it executable, or name an existing script. If the directive has commands, put them into a script.';
}
