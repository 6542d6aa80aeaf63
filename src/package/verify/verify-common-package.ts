import { parseRelations, type Relation } from '../../debian/relations.ts';
import { compareVersions } from '../../debian/version.ts';
import { DkmsDebError } from '../../errors.ts';
import { error, type Finding, findingAbout, ok } from '../../module/verify/finding.ts';
import { divertedPaths } from '../modules/common-package.ts';
import type { PackageContents } from './package-contents.ts';

/**
 * Checks `<name>-modules-common`, the package with files that the modules for all kernels share: whether it can be
 * installed together with the -dkms package, which has the same files, whether packages in `beside` have the same
 * files, and whether packages of modules in `beside` are satisfied with the version of this package. Returns undefined
 * for other packages.
 */
export function verifyCommonPackage(
  contents: PackageContents,
  beside: readonly PackageContents[],
): Finding[] | undefined {
  const name = contents.fields.get('Package') ?? '';
  if (!name.endsWith('-modules-common')) return undefined;
  const files = filesOf(contents);
  const conffiles = files.filter((path) => path.startsWith('etc/'));
  const open = files.filter((path) => !conffiles.includes(path) && !isDiverted(path, contents));
  const findings = [
    ...findingAbout(
      'warning',
      'common-conffiles',
      'the package has conffiles, but no two packages can have the same conffile',
      conffiles,
    ),
    ...findingAbout(
      'warning',
      'not-diverted',
      'preinst does not divert these files, so dpkg refuses a -dkms package with the same files',
      open,
    ),
    ...verifyRemoval(contents),
    ...beside.flatMap((other) => [
      ...sameFiles([...open, ...conffiles], contents, other),
      ...wantedVersion(contents, other),
    ]),
  ];
  if (findings.length > 0) return findings;
  const message = `${files.length} ${files.length === 1 ? 'file' : 'files'} for all kernels, and the same files of a -dkms package are diverted`;
  return [ok('common', message)];
}

/**
 * Returns the files that another package may have, too. Documents and overrides are left out, because their paths
 * contain the name of the package.
 */
function filesOf({ entries }: PackageContents): string[] {
  return entries
    .filter(({ type }) => type !== 'directory')
    .map(({ path }) => path)
    .filter((path) => !/^usr\/share\/(?:doc|lintian)\//.test(path));
}

/** Whether preinst diverts all names under which dpkg may know a file. */
function isDiverted(path: string, { deb }: PackageContents): boolean {
  const script = deb.control.get('preinst')?.toString('utf8') ?? '';
  if (!/^[^#]*\bdpkg-divert\b.*--add\b/m.test(script)) return false;
  const lines = new Set(script.split('\n').map((line) => line.trim()));
  return divertedPaths([path]).every((name) => lines.has(name));
}

function verifyRemoval({ deb }: PackageContents): Finding[] {
  const text = (script: string) => deb.control.get(script)?.toString('utf8') ?? '';
  const diverts = /^[^#]*\bdpkg-divert\b/m.test(text('preinst'));
  if (!diverts || /^[^#]*\bdpkg-divert\b.*--remove\b/m.test(text('postrm'))) return [];
  const message = 'postrm does not remove the diversions, so the -dkms package loses its files';
  return [error('diversions-stay', message)];
}

function sameFiles(
  files: readonly string[],
  { fields }: PackageContents,
  other: PackageContents,
): Finding[] {
  const name = other.fields.get('Package') ?? '';
  if (name === fields.get('Package')) return [];
  const theirs = new Set(other.entries.map(({ path }) => path));
  const same = files.filter((path) => theirs.has(path));
  return findingAbout(
    'error',
    'same-files',
    `${name} has the same files, so dpkg can install only one of the two packages`,
    same,
  );
}

function wantedVersion({ fields }: PackageContents, other: PackageContents): Finding[] {
  const name = fields.get('Package');
  const version = fields.get('Version') ?? '';
  return relationsOf(other)
    .filter((relation) => relation.name === name && relation.version?.operator === '>=')
    .filter((relation) => compareVersions(version, relation.version?.version ?? version) < 0)
    .map((relation) =>
      error(
        'common-version',
        `${other.fields.get('Package')} needs version ${relation.version?.version} of this package`,
      ),
    );
}

function relationsOf({ fields, deb }: PackageContents): Relation[] {
  try {
    return parseRelations(fields.get('Depends') ?? '', { file: deb.path }).flat();
  } catch (thrown) {
    // verifyModulesPackage reports the malformed field.
    if (thrown instanceof DkmsDebError) return [];
    throw thrown;
  }
}
