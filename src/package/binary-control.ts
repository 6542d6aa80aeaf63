import type { Field } from '../debian/control-field.ts';
import { formatStanza } from '../debian/control-field.ts';
import { simplifyRelations } from '../debian/relation-implication.ts';
import { formatRelations, parseRelations } from '../debian/relations.ts';
import { builtinSubstvars, type Substvar, substitute } from '../debian/substvars.ts';
import { InputError } from '../errors.ts';
import type { Packaging } from './packaging.ts';

const RELATIONS = [
  'Pre-Depends',
  'Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Conflicts',
  'Breaks',
  'Replaces',
  'Provides',
  'Built-Using',
  'Static-Built-Using',
];

/** Fields of a .deb's control file in dpkg-gencontrol's order (Dpkg::Control::FieldsCore, CTRL_DEB). */
const FIELD_ORDER = [
  'Package',
  'Source',
  'Version',
  'Architecture',
  'Essential',
  'Protected',
  'Origin',
  'Bugs',
  'Maintainer',
  'Installed-Size',
  ...RELATIONS,
  'Section',
  'Priority',
  'Multi-Arch',
  'Homepage',
  'Description',
  'Tag',
  'Task',
];

/** Fields of the source stanza that a binary package has too. */
const INHERITED = new Set(['Maintainer', 'Section', 'Priority', 'Homepage', 'Origin', 'Bugs']);

/** What of a debian/ directory the control file is made of. */
export type ControlSource = Pick<
  Packaging,
  'directory' | 'source' | 'binary' | 'packageName' | 'latest'
>;

/**
 * The control file of the binary package, as dpkg-gencontrol makes it of debian/control, the
 * changelog and the substitution variables. Unknown variables become nothing; `unknown` tells them.
 */
export function binaryControl(
  packaging: ControlSource,
  facts: { installedSize: number; architecture: string; variables: ReadonlyMap<string, string> },
): { text: string; unknown: ReadonlySet<string> } {
  const { source, binary, latest } = packaging;
  const variables = new Map<string, Substvar>([
    ...builtinSubstvars({ sourceVersion: latest.version, architecture: facts.architecture }),
    ...[...facts.variables].map(([name, value]) => [name, { value, kind: 'optional' }] as const),
  ]);
  const unknown = new Set<string>();
  const expand = (text: string) => {
    const result = substitute(text, variables);
    for (const name of result.unknown) unknown.add(name);
    return result.text;
  };
  const sourceName = source.get('Source') ?? packaging.packageName;
  const fixed: Record<string, string | undefined> = {
    Source: sourceName === packaging.packageName ? undefined : sourceName,
    Version: latest.version,
    Architecture: architectureOf(packaging),
    'Installed-Size': String(facts.installedSize),
  };
  const fields: Field[] = [];
  for (const name of FIELD_ORDER) {
    const own = binary.get(name) ?? (INHERITED.has(name) ? source.get(name) : undefined);
    const value = name in fixed ? fixed[name] : own === undefined ? undefined : expand(own);
    if (value === undefined) continue;
    fields.push([name, RELATIONS.includes(name) ? simplified(value) : value]);
  }
  return { text: formatStanza(fields), unknown };
}

/** `all` or the one architecture the stanza names; the list `any` makes no sense for module source. */
export function architectureOf(packaging: ControlSource): string {
  const architecture = packaging.binary.get('Architecture') ?? '';
  if (architecture === 'all') return architecture;
  throw new InputError(
    'architecture',
    `Architecture: ${architecture || '(none)'} is not what dkms-deb build makes`,
    {
      where: { file: `${packaging.directory}/control` },
      hint: 'Module source is Architecture: all; for anything else use dkms-deb init --rules dh.',
    },
  );
}

function simplified(value: string): string {
  return formatRelations(simplifyRelations(parseRelations(value)));
}
