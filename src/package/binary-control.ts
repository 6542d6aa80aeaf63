import {
  capitalizeField,
  DEPENDENCIES,
  orderFields,
  transferField,
  UNIONS,
} from '../debian/binary-fields.ts';
import { type Field, formatStanza } from '../debian/control-field.ts';
import type { Deb822Paragraph } from '../debian/deb822.ts';
import { simplifyOwnRelations } from '../debian/own-relations.ts';
import { reduceProfiles, refuseArchitectures } from '../debian/relation-restrictions.ts';
import { describeAlternatives, uniteRelations } from '../debian/relation-union.ts';
import { type Alternatives, formatRelations, parseRelations } from '../debian/relations.ts';
import { builtinSubstvars, fieldSubstvars, substitute } from '../debian/substvars.ts';
import { withoutBinNmu } from '../debian/version.ts';
import { InputError, type Place } from '../errors.ts';
import { letDebhelperBuild } from './let-debhelper-build.ts';
import type { Packaging } from './packaging.ts';

/** The parts of debian/ from which the control file is made. */
export type ControlSource = Pick<
  Packaging,
  'directory' | 'source' | 'binary' | 'packageName' | 'latest'
>;

/** The control file of a binary package. */
export interface BinaryControl {
  readonly text: string;
  /** Substitution variables that occur in debian/control, but have no value. */
  readonly unknown: ReadonlySet<string>;
  /**
   * Fields of debian/control that dpkg does not know and that do not begin with X. They are not put into the
   * control file.
   */
  readonly unknownFields: readonly string[];
}

/**
 * Returns the control file of the binary package, as dpkg-gencontrol makes it from debian/control, the changelog and
 * the substitution variables. Unknown variables are replaced by nothing. `profiles` are the active build profiles.
 * Throws InputError `relation` or `arch-restriction` for relations that dpkg-gencontrol or dpkg would refuse, and
 * `substvar-recursion` for a variable that contains itself. The package must have passed refuseOtherPackages.
 */
export function binaryControl(
  packaging: ControlSource,
  facts: {
    installedSize: number;
    architecture: string;
    variables: ReadonlyMap<string, string>;
    profiles?: readonly string[];
  },
): BinaryControl {
  const { source, latest } = packaging;
  const variables = new Map<string, string>([
    ...builtinSubstvars({ sourceVersion: latest.version, architecture: facts.architecture }),
    ...facts.variables,
    ...descriptionVariables(source),
    ...fieldSubstvars('S', valuesOf(source)),
  ]);
  const unknown = new Set<string>();
  const expand = (text: string) => {
    const result = substitute(text, variables);
    for (const name of result.unknown) unknown.add(name);
    return result.text;
  };
  const { fields, unknownFields } = transferred(packaging);
  fields.set('Version', latest.version);
  fields.set('Architecture', 'all');
  setSource(fields, packaging);
  for (const [name, value] of relationFields(packaging, facts.profiles ?? [], expand)) {
    if (value === '') fields.delete(name);
    else fields.set(name, value);
  }
  fields.set('Installed-Size', String(facts.installedSize));
  for (const [name, value] of fieldSubstvars('F', [...fields])) variables.set(name, value);
  const written = orderFields(fields).map(([name, value]): Field => {
    const text = expand(value);
    return [name, name === 'Tag' && text !== value ? withoutEmptyItems(text) : text];
  });
  return { text: formatStanza(written), unknown, unknownFields };
}

/**
 * Returns the fields that come from debian/control, and the names of its unknown fields. Depends and the other fields
 * with relations are left out, because relationFields makes them. A field of the binary stanza replaces the same field
 * of the source stanza.
 */
function transferred({ source, binary }: ControlSource) {
  const fields = new Map<string, string>();
  const unknownFields: string[] = [];
  for (const [from, stanza] of [
    ['source', source],
    ['binary', binary],
  ] as const) {
    for (const name of stanza.names()) {
      const decision = transferField(from, name);
      if (decision === 'unknown') unknownFields.push(name);
      if (typeof decision === 'string') continue;
      const isRelation = [...DEPENDENCIES, ...UNIONS].some((field) => field === decision.to);
      if (!isRelation || /^x/i.test(name)) fields.set(decision.to, stanza.get(name) ?? '');
    }
  }
  return { fields, unknownFields };
}

function setSource(fields: Map<string, string>, { source, packageName, latest }: ControlSource) {
  const name = source.get('Source') ?? packageName;
  // The version of a binNMU ends in +b1, but the version of its source does not.
  const version = withoutBinNmu(latest.version);
  if (name === packageName && version === latest.version) return;
  fields.set('Source', version === latest.version ? name : `${name} (${version})`);
}

/**
 * Returns the fields with relations, as dpkg-gencontrol writes them. A field that becomes empty has the value ''.
 * Throws InputError for relations that are not allowed in the field.
 */
function relationFields(
  { binary, packageName, latest }: ControlSource,
  profiles: readonly string[],
  expand: (text: string) => string,
): [name: string, value: string][] {
  const read = (field: string): Alternatives[] => {
    const where = binary.where(field);
    const relations = parseRelations(expand(binary.get(field) ?? ''), where);
    refuseNative(relations, field, where);
    return reduceProfiles(relations, profiles);
  };
  const unite = (field: string) => {
    const relations = read(field);
    const several = relations.find((alternatives) => alternatives.length > 1);
    if (several !== undefined) {
      throw new InputError(
        'relation',
        `${field} has the alternatives "${describeAlternatives(several)}"`,
        {
          where: binary.where(field),
          hint: `Separate the packages with commas: ${field} must not have alternatives with | (Debian Policy 7.1).`,
        },
      );
    }
    const united = uniteRelations(relations.flat());
    refuseArchitectures([united], field, binary.where(field));
    return united;
  };
  const provides = unite('Provides');
  const inexact = provides.find(({ version }) => version && version.operator !== '=');
  if (inexact !== undefined) {
    throw new InputError(
      'relation',
      `Provides has "${describeAlternatives([inexact])}", which is not an exact version`,
      {
        where: binary.where('Provides'),
        hint: 'Name an exact version with (= VERSION), or none (Debian Policy 7.5).',
      },
    );
  }
  const multiArch = (binary.get('Multi-Arch') ?? 'no').toLowerCase();
  const own = {
    name: packageName,
    version: latest.version,
    multiArch,
    provides: read('Provides').flat(),
  };
  const result: [string, string][] = [];
  const stronger: Alternatives[][] = [];
  for (const field of DEPENDENCIES) {
    if (!binary.has(field)) continue;
    const relations = simplifyOwnRelations(read(field), own, stronger);
    refuseArchitectures(relations, field, binary.where(field));
    stronger.push(relations);
    result.push([field, formatRelations(relations)]);
  }
  for (const field of UNIONS) {
    if (!binary.has(field)) continue;
    result.push([field, formatRelations(unite(field).map((relation) => [relation]))]);
  }
  return result;
}

/**
 * Throws InputError for a relation such as `foo:native`: dpkg allows it only in Build-Depends and Build-Conflicts, and
 * in the forms of these fields with -Arch or -Indep (deb-src-control(5)).
 */
function refuseNative(relations: readonly Alternatives[], field: string, where: Place): void {
  const native = relations.flat().find(({ qualifier }) => qualifier === 'native');
  if (native === undefined) return;
  throw new InputError('relation', `${field} has "${native.name}:native"`, {
    where,
    hint: 'Remove :native, which only Build-Depends and Build-Conflicts may have (deb-src-control(5)).',
  });
}

/**
 * Throws InputError `architecture` or `package-type` for a package that is not an `Architecture: all` .deb: the source
 * of modules is the same for all architectures, and DKMS compiles it on an installed system.
 */
export async function refuseOtherPackages({ binary, directory }: ControlSource): Promise<void> {
  const architecture = binary.get('Architecture') ?? '';
  if (architecture !== 'all') {
    throw new InputError(
      'architecture',
      `Architecture: ${architecture || '(none)'} is not supported by dkms-deb build`,
      {
        where: { file: `${directory}/control` },
        hint: `Write Architecture: all for the source of modules, or ${await letDebhelperBuild(directory)}`,
      },
    );
  }
  const type = binary.get('Package-Type') ?? binary.get('XB-Package-Type') ?? 'deb';
  if (type === 'deb') return;
  throw new InputError('package-type', `Package-Type: ${type} is not supported by dkms-deb build`, {
    where: binary.where('Package-Type'),
    hint: 'Remove the field: DKMS compiles the source on an installed system, so its package is a .deb.',
  });
}

/** Returns the values of `${source:Synopsis}` and `${source:Extended-Description}` (deb-substvars(5)). */
function descriptionVariables(source: Deb822Paragraph): [string, string][] {
  const description = source.get('Description');
  if (description === undefined) return [];
  const [synopsis = '', ...extended] = description.split('\n');
  return [
    ['source:Synopsis', synopsis],
    ['source:Extended-Description', extended.join('\n')],
  ];
}

function valuesOf(stanza: Deb822Paragraph): [string, string | undefined][] {
  return stanza.names().map((name) => [capitalizeField(name), stanza.get(name)]);
}

/**
 * Removes empty items from the value of the field Tag, such as `a, ${empty}, b`. dpkg-gencontrol does so in fields
 * whose items are separated by commas, if it has substituted variables there (Dpkg::Control::HashCore).
 */
function withoutEmptyItems(text: string): string {
  return text
    .replace(/\n[ \t]*(\n|$)/, '$1')
    .replace(/,[\s,]*,/g, ',')
    .replace(/^\s*,\s*/, '')
    .replace(/\s*,\s*$/, '');
}
