import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MANIFEST } from '../dkms/allowed-files.ts';
import { InputError } from '../errors.ts';
import type { Packaging } from './packaging.ts';
import { SYSTEM_FILE_KINDS } from './staging/system-files.ts';

export { MANIFEST };

/** Files that concern the source package, its archive or its people, not the binary package. */
const SOURCE_LEVEL = new Set([
  'changelog',
  'changelog.dch',
  'check-source',
  'clean',
  'compat',
  'control',
  'files',
  'gbp.conf',
  'not-installed',
  'patches',
  'README.source',
  'rules',
  'salsa-ci.yml',
  'source',
  'tests',
  'upstream',
  'watch',
  '.gitignore',
  '.gitattributes',
  '.gitlab-ci.yml',
  MANIFEST,
]);

/** What debhelper leaves behind in debian/ (dh_clean(1)). */
const DEBHELPER_TRACES =
  /^(\.debhelper|debhelper-build-stamp|tmp|.*\.(debhelper(\.log)?|substvars))$/;

/** Per-package files that `build` implements (debhelper(7), "debian/package.foo"). */
export const SUPPORTED_KINDS: readonly string[] = [
  'NEWS',
  'README.Debian',
  'TODO',
  'copyright',
  'dirs',
  'dkms',
  'docs',
  'examples',
  'install',
  'links',
  'maintscript',
  'manpages',
  'postinst',
  'postrm',
  'preinst',
  'prerm',
  'triggers',
  ...SYSTEM_FILE_KINDS,
];

/**
 * Nothing in debian/ is ignored silently: a file that would change the package under debhelper and
 * does nothing here is an InputError `unsupported-file` that names it and the way out.
 * `used` are files of debian/ that other files name, such as a source of debian/<package>.install.
 */
export async function refuseUnsupportedFiles(
  packaging: Packaging,
  used: ReadonlySet<string>,
): Promise<void> {
  for (const name of (await readdir(packaging.directory)).sort()) {
    if (SOURCE_LEVEL.has(name) || DEBHELPER_TRACES.test(name)) continue;
    if (name === packaging.packageName || used.has(`debian/${name}`)) continue;
    if (
      SUPPORTED_KINDS.some((kind) => name === kind || name === `${packaging.packageName}.${kind}`)
    ) {
      continue;
    }
    throw new InputError('unsupported-file', 'dkms-deb build does not know this file', {
      where: { file: join(basename(packaging.directory), name) },
      hint: 'If the package needs it, let debhelper build: dkms-deb init --rules dh. Else remove it.',
    });
  }
}
