import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MANIFEST } from '../../dkms/source/allowed-files.ts';
import { InputError } from '../../errors.ts';
import { letDebhelperBuild } from '../let-debhelper-build.ts';
import type { Packaging } from '../packaging.ts';
import { SYSTEM_FILE_KINDS } from './dh-system-files.ts';

export { MANIFEST };

/**
 * Names of files that are not checked here. Some are for the source package, the archive or developers. Others, such as
 * control, changelog and rules, are read elsewhere.
 */
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

/** Files that debhelper leaves in debian/ (dh_clean(1)). */
const DEBHELPER_TRACES =
  /^(\.debhelper|debhelper-build-stamp|tmp|.*\.(debhelper(\.log)?|substvars))$/;

/** The kinds of per-package files that `dkms-deb build` supports (debhelper(7), "debian/package.foo"). */
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
 * The kinds of per-package files that commands of debhelper 13 read, but `dkms-deb build` does not support
 * (dh_*(1), "FILES").
 */
const DEBHELPER_KINDS =
  /^(?:alternatives|bash-completion|bug-(?:control|presubj|script)|conffiles|config|cron\.\w+|default|doc-base(?:\..*)?|emacsen-\w+|gconf-\w+|gsettings-override|if-(?:pre-)?(?:up|down)|if-post-down|info|init|initramfs-script|logcheck\..*|logrotate|menu(?:-method)?|mime|modules|pam|ppp\.ip-\w+|sgmlcatalogs|sharedmimeinfo|shlibs|symbols|sysusers|templates|tmpfiles?|upstart|wm|(?:user\.)?(?:service|socket|path|target|timer|mount))(?:\..*)?$/;

/**
 * Matches the end of the name of a file that is for one architecture or kernel only (debhelper(7),
 * "debian/package.foo.ARCH").
 */
const FOR_MACHINE =
  /\.(?:amd64|arm64|armel|armhf|i386|loong64|mips\w*|ppc64(?:el)?|riscv64|s390x|linux|any)$/;

/**
 * Throws InputError `unsupported-file` for a file of debian/ that debhelper would read, but dkms-deb does not support.
 * `used` are the files that were used already, such as sources in debian/<package>.install. Returns the names of the
 * files that neither dkms-deb nor debhelper reads. With `strict`, throws the error for these files, too, because an
 * addon of dh may read them.
 */
export async function refuseUnsupportedFiles(
  packaging: Packaging,
  used: ReadonlySet<string>,
  { strict }: { readonly strict: boolean },
): Promise<string[]> {
  const unread: string[] = [];
  for (const name of (await readdir(packaging.directory)).sort()) {
    if (SOURCE_LEVEL.has(name) || DEBHELPER_TRACES.test(name)) continue;
    if (name === packaging.packageName || used.has(`debian/${name}`)) continue;
    const kind = kindOf(name, packaging.packageName);
    if (SUPPORTED_KINDS.includes(kind)) continue;
    const isKnown =
      DEBHELPER_KINDS.test(kind) || SUPPORTED_KINDS.includes(kind.replace(FOR_MACHINE, ''));
    if (!strict && !isKnown) unread.push(name);
    else {
      throw new InputError('unsupported-file', 'dkms-deb build does not support this file', {
        where: { file: join(basename(packaging.directory), name) },
        hint: `Remove the file if it is not needed, or ${await letDebhelperBuild(packaging.directory)}`,
      });
    }
  }
  return unread;
}

/**
 * Returns the kind that the name of a file contains: `udev` for `foo-dkms.udev`, `service` for `foo-dkms@.service`.
 * A name that does not begin with the name of the package is returned unchanged.
 */
function kindOf(name: string, packageName: string): string {
  if (!name.startsWith(packageName)) return name;
  return name
    .slice(packageName.length)
    .replace(/^@?\.(?:[\w-]+@?\.)?(?=(?:service|socket|path|target|timer|mount)$)|^\./, '');
}
