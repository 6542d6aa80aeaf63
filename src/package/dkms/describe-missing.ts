import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { emptySubmodules, fillSubmodules } from '../../dkms/source/empty-submodules.ts';
import type { MissingFile } from '../../kbuild/missing-files.ts';
import { enumerate } from '../../module/verify/finding.ts';

/** "it has no main.c, which Kbuild:2 names". */
export function describe(missing: MissingFile): string {
  const { path, kind, place, danglingTarget, directive } = missing;
  if (kind === 'module') return describeUnmade(missing);
  if (directive === 'PRE_BUILD') {
    return `PRE_BUILD names ${path}, which is not a file of it: DKMS goes on without`;
  }
  if (directive !== undefined) return `it has no ${path}, which ${directive} runs`;
  const by = place === undefined ? '' : `, which ${place.file}:${place.line} ${verbOf(kind)}`;
  if (danglingTarget !== undefined) {
    return `${path} is a link to ${danglingTarget}, which is not there${by && `;${by.slice(1)} it`.replace('; which', ';')}`;
  }
  return `it has no ${path}${by}`;
}

/** "its Makefile makes no module toy: it has no obj-m; Makefile.dkms has". */
export function describeUnmade({ path, modules = [], others = [] }: MissingFile): string {
  const known =
    others.length === 0 ? '' : `; ${others.join(', ')} ${others.length > 1 ? 'have' : 'has'}`;
  return `its ${path} makes no module ${enumerate(modules)}: it has no obj-m${known}`;
}

function verbOf(kind: MissingFile['kind']): string {
  return kind === 'include' || kind === 'header' ? 'includes' : 'names';
}

/** What to do where the reason lies in the tree itself; undefined where only the file is missing. */
export function hintOfTree(first: MissingFile, directory: string): string | undefined {
  if (first.danglingTarget !== undefined) {
    return 'Put what the link leads to into the package, or the file itself in the place of the link.';
  }
  const submodule = emptySubmodules(directory).find(
    (path) => first.path.startsWith(`${path}/`) || first.kind === 'header',
  );
  if (submodule !== undefined) {
    return fillSubmodules([submodule]);
  }
  if (first.kind === 'module') {
    const [other] = first.others ?? [];
    return other === undefined
      ? 'Name the modules in its obj-m, or have MAKE call the makefile that does.'
      : `Pack ${other} as ${first.path}, or name it in MAKE: make -f ${other}.`;
  }
  if (first.kind === 'script') return hintForScript(first.path, directory);
  return undefined;
}

/** ./configure is not in version control: autogen.sh makes it, and the release has it. */
function hintForScript(path: string, directory: string): string {
  const base = path.replace(/[^/]*$/, '');
  const generated = /(?:^|\/)configure$/.test(path);
  const autogen = ['autogen.sh', 'bootstrap', 'bootstrap.sh', 'buildconf']
    .map((name) => `${base}${name}`)
    .find((name) => existsSync(join(directory, name)));
  if (generated && autogen !== undefined) {
    return `Run ./${autogen}, which makes it, and have it packed; or pack the release's tarball, which has it.`;
  }
  if (generated || existsSync(join(directory, `${path}.ac`))) {
    return "Run autoreconf -i, which makes it, and have it packed; or pack the release's tarball, which has it.";
  }
  return 'Add the script, executable, or name one that is there; a command goes into a script.';
}
