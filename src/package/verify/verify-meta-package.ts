import { type Alternatives, parseRelations, type Relation } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { enumerate, error, type Finding, ok, warning } from '../../module/verify/finding.ts';
import type { MetaKind } from '../modules/package-choices.ts';
import type { PackageContents } from './package-contents.ts';
import { KERNEL_PACKAGE } from './verify-modules-package.ts';

/** The dependencies of a metapackage. */
interface MetaDepends {
  /** The package of modules on which the metapackage depends. */
  readonly modules: Relation;
  /** The kernel release in the name of the package of modules. */
  readonly release: string;
  readonly depends: readonly Alternatives[];
}

/**
 * Checks a metapackage as written by `bmdeb --meta`: `<name>-modules-<flavour>` has only documentation, and depends on
 * `<name>-modules-<release>` in one of the ways of META_KINDS. If the package of modules is in `beside`, the versions
 * must match. Returns undefined for other packages.
 */
export function verifyMetaPackage(
  contents: PackageContents,
  beside: readonly PackageContents[],
): Finding[] | undefined {
  let meta: MetaDepends | undefined;
  try {
    meta = readDepends(contents);
  } catch (thrown) {
    if (!(thrown instanceof DkmsDebError)) throw thrown;
    return [error('relations', thrown.message)];
  }
  if (meta === undefined) return undefined;
  const findings = [
    ...verifyKind(meta),
    ...verifyFiles(contents),
    ...verifySection(contents),
    ...compareVersion(meta, contents, beside),
  ];
  if (findings.length > 0) return findings;
  const message = `metapackage (${kindOf(meta)}) for ${meta.modules.name}`;
  return [ok('meta', message)];
}

/**
 * Reads Depends of a metapackage `<name>-modules-<flavour>`. Its first dependency is named `<name>-modules-<release>`.
 * Returns undefined for other packages.
 */
function readDepends({ fields, deb }: PackageContents): MetaDepends | undefined {
  const name = fields.get('Package') ?? '';
  if (KERNEL_PACKAGE.test(name)) return undefined;
  const depends = parseRelations(fields.get('Depends') ?? '', { file: deb.path });
  const [modules] = depends[0] ?? [];
  if (modules === undefined || modules.name === name) return undefined;
  // The driver's name may contain -modules-, too, so each place where it occurs is tried.
  for (const { index } of name.matchAll(/-modules-/g)) {
    const stem = name.slice(0, index);
    const start = `${stem}-modules-`;
    const release = modules.name.slice(start.length);
    if (modules.name.startsWith(start) && /^\d/.test(release)) {
      return { modules, release, depends };
    }
  }
  return undefined;
}

/** Returns which of META_KINDS a metapackage is, judged by its Depends; undefined if it is none of them. */
function kindOf({ release, depends }: MetaDepends): MetaKind | undefined {
  const names = depends.map((alternatives) => alternatives.map(({ name }) => name));
  const [[, other, ...others] = [], ...more] = names;
  if (others.length > 0 || (other !== undefined && !isSource(other))) return undefined;
  if (more.length === 0) return other === undefined ? 'loose' : 'fallback';
  const [latest = [], ...rest] = more;
  const isLatest = latest.length === 1 && latest[0] === `linux-latest-modules-${release}`;
  return isLatest && rest.length === 0 && other === undefined ? 'lockstep' : undefined;
}

/**
 * Whether a package with this name may contain the source. The name need not be `<name>-dkms`: the driver ovpn-dco is
 * in openvpn-dco-dkms.
 */
function isSource(name: string): boolean {
  return !KERNEL_PACKAGE.test(name) && !name.includes('-modules-');
}

function verifyKind(meta: MetaDepends): Finding[] {
  const findings: Finding[] = [];
  const { modules, release, depends } = meta;
  if (modules.version?.operator !== '=') {
    const message = `the metapackage must depend on an exact version of ${modules.name}; a package of that name with another version may contain another driver`;
    findings.push(error('inexact-meta-dependency', message));
  }
  const latest = depends
    .flatMap((alternatives) => alternatives.map(({ name }) => name))
    .find((name) => name.startsWith('linux-latest-modules-'));
  if (latest !== undefined && latest !== `linux-latest-modules-${release}`) {
    const message = `${latest} and ${modules.name} are for different kernels, so apt can never install the newest versions of both`;
    findings.push(error('meta-kernels', message));
  } else if (kindOf(meta) === undefined) {
    const message = 'Depends of the metapackage fits none of lockstep, loose and fallback';
    findings.push(warning('meta-kind', message));
  }
  return findings;
}

function verifyFiles({ entries }: PackageContents): Finding[] {
  const files = entries.filter(
    ({ type, path }) => type !== 'directory' && !path.startsWith('usr/share/doc/'),
  );
  if (files.length === 0) return [];
  const shown = enumerate(files.map(({ path }) => path));
  const message = `a metapackage may have only documentation, but it has ${shown}`;
  return [error('meta-files', message)];
}

/** Warns about the section `metapackages`, because apt has this section in APT::Never-MarkAuto-Sections. */
function verifySection({ fields }: PackageContents): Finding[] {
  if (!/^(.+\/)?metapackages$/.test(fields.get('Section') ?? '')) return [];
  const message =
    'the package is in section metapackages; apt autoremove never removes dependencies of such a package, so old modules stay forever';
  return [warning('meta-section', message)];
}

function compareVersion(
  { modules: { name, version } }: MetaDepends,
  { fields }: PackageContents,
  beside: readonly PackageContents[],
): Finding[] {
  const architecture = fields.get('Architecture');
  const found = beside
    .filter((other) => other.fields.get('Package') === name)
    .filter((other) => other.fields.get('Architecture') === architecture)
    .map((other) => other.fields.get('Version') ?? '');
  if (found.length === 0 || version === undefined || found.includes(version.version)) return [];
  const message = `the metapackage depends on ${name} ${version.version}, but was verified together with version ${enumerate(found)}`;
  return [error('meta-version', message)];
}
