import { join } from 'node:path';
import { MAKEFILE } from '../../dkms/source/makefile-name.ts';
import { ConfError } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import type { DerivedBuild } from './derive-conf.ts';

/**
 * Throws ConfError `module-twice` if two folders make a module of the same name. DKMS refuses a dkms.conf that names
 * both modules (dkms.in, read_conf_strict), and kbuild ends with "module name conflict".
 */
export function refuseTwice(
  directory: string,
  { modules }: DerivedBuild,
  sources: readonly SourceFile[],
): void {
  for (const [index, { name }] of modules.entries()) {
    const same = modules.filter((other) => other.name === name);
    if (same.length < 2 || modules.findIndex((other) => other.name === name) < index) continue;
    const makefiles = same.map(({ folder }) => makefileOf(folder, name, sources));
    const words = makefiles.map((path) => path || 'the tree').join(' and by ');
    throw new ConfError('module-twice', `${name} is made by ${words}`, {
      where: { file: join(directory, makefiles[0] ?? '') },
      hint: 'Name one folder, such as dkms-deb init FOLDER, or write a dkms.conf whose MAKE builds each folder by itself, and whose DEST_MODULE_NAME gives one of the two modules another name.',
    });
  }
}

/**
 * Returns the path of the makefile in a folder that names a module. If no makefile names it, returns the folder, which
 * is '' for the top.
 */
function makefileOf(folder: string, name: string, sources: readonly SourceFile[]): string {
  const inside = folder === '.' || folder === '' ? '' : `${folder.replace(/\/$/, '')}/`;
  const named = sources.find(
    ({ path, text }) =>
      path.startsWith(inside) &&
      !path.slice(inside.length).includes('/') &&
      MAKEFILE.test(path) &&
      text.includes(`${name}.o`),
  );
  return named?.path ?? inside;
}
