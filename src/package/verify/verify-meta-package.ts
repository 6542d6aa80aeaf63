import { type Alternatives, parseRelations, type Relation } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { enumerate, type Finding } from '../../module/verify/finding.ts';
import type { MetaKind } from '../modules/package-choices.ts';
import type { PackageContents } from './verify-contents.ts';
import { KERNEL_PACKAGE } from './verify-modules-package.ts';

/** The package that a metapackage leads to. */
interface Leads {
  readonly modules: Relation;
  /** As package names have it. */
  readonly release: string;
  readonly depends: readonly Alternatives[];
}

/**
 * A metapackage as `bmdeb --meta` writes it: `<name>-modules-<flavour>`, which depends on
 * `<name>-modules-<release>` in one of the three ways of META_KINDS (reference: prebuilt modules
 * B.6), and has documentation only. Where the package that it leads to is in `beside`, it must be that
 * version. Undefined for what is none.
 */
export function verifyMetaPackage(
  contents: PackageContents,
  beside: readonly PackageContents[],
): Finding[] | undefined {
  let leads: Leads | undefined;
  try {
    leads = readLeads(contents);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return [{ level: 'error', code: 'relations', message: error.message }];
  }
  if (leads === undefined) return undefined;
  const findings = [
    ...verifyKind(leads),
    ...verifyFiles(contents),
    ...verifySection(contents),
    ...compareVersion(leads, contents, beside),
  ];
  if (findings.length > 0) return findings;
  const message = `${kindOf(leads)}: leads to ${leads.modules.name}`;
  return [{ level: 'ok', code: 'meta', message }];
}

/** The first relation says it: the name up to -modules- is the same, what is behind it is not. */
function readLeads({ fields, deb }: PackageContents): Leads | undefined {
  const name = fields.get('Package') ?? '';
  if (KERNEL_PACKAGE.test(name)) return undefined;
  const depends = parseRelations(fields.get('Depends') ?? '', { file: deb.path });
  const [modules] = depends[0] ?? [];
  if (modules === undefined || modules.name === name) return undefined;
  // A driver may be called x-modules-y: each -modules- may be the one.
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

/** undefined where it is none of them. */
function kindOf({ release, depends }: Leads): MetaKind | undefined {
  const names = depends.map((alternatives) => alternatives.map(({ name }) => name));
  const [[, other, ...others] = [], ...more] = names;
  if (others.length > 0 || (other !== undefined && !isSource(other))) return undefined;
  if (more.length === 0) return other === undefined ? 'loose' : 'fallback';
  const [latest = [], ...rest] = more;
  const isLatest = latest.length === 1 && latest[0] === `linux-latest-modules-${release}`;
  return isLatest && rest.length === 0 && other === undefined ? 'lockstep' : undefined;
}

/** `<name>-dkms` as a rule, but openvpn-dco-dkms has ovpn-dco, and a debian/control may say anything. */
function isSource(name: string): boolean {
  return !KERNEL_PACKAGE.test(name) && !name.includes('-modules-');
}

function verifyKind(leads: Leads): Finding[] {
  const findings: Finding[] = [];
  const { modules, release, depends } = leads;
  if (modules.version?.operator !== '=') {
    const message = `it must name the exact version of ${modules.name}: another may not be for the same driver`;
    findings.push({ level: 'error', code: 'inexact-meta-dependency', message });
  }
  const latest = depends
    .flatMap((alternatives) => alternatives.map(({ name }) => name))
    .find((name) => name.startsWith('linux-latest-modules-'));
  if (latest !== undefined && latest !== `linux-latest-modules-${release}`) {
    const message = `${latest} is of another kernel than ${modules.name}: both are never the newest`;
    findings.push({ level: 'error', code: 'meta-kernels', message });
  } else if (kindOf(leads) === undefined) {
    const message = 'its Depends is neither that of lockstep nor of loose nor of fallback';
    findings.push({ level: 'warning', code: 'meta-kind', message });
  }
  return findings;
}

function verifyFiles({ entries }: PackageContents): Finding[] {
  const files = entries.filter(
    ({ type, path }) => type !== 'directory' && !path.startsWith('usr/share/doc/'),
  );
  if (files.length === 0) return [];
  const shown = enumerate(files.map(({ path }) => path));
  const message = `a metapackage has nothing but documentation: ${shown}`;
  return [{ level: 'error', code: 'meta-files', message }];
}

/** APT::Never-MarkAuto-Sections */
function verifySection({ fields }: PackageContents): Finding[] {
  if (!/^(.+\/)?metapackages$/.test(fields.get('Section') ?? '')) return [];
  const message =
    'in section metapackages: apt never removes what such a package has brought, old modules stay for ever';
  return [{ level: 'warning', code: 'meta-section', message }];
}

function compareVersion(
  { modules: { name, version } }: Leads,
  { fields }: PackageContents,
  beside: readonly PackageContents[],
): Finding[] {
  const architecture = fields.get('Architecture');
  const found = beside
    .filter((other) => other.fields.get('Package') === name)
    .filter((other) => other.fields.get('Architecture') === architecture)
    .map((other) => other.fields.get('Version') ?? '');
  if (found.length === 0 || version === undefined || found.includes(version.version)) return [];
  const message = `it wants ${name} ${version.version}, beside it is ${enumerate(found)}`;
  return [{ level: 'error', code: 'meta-version', message }];
}
