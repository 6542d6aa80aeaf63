import type { Deb822Paragraph } from '../debian/deb822.ts';
import { parseDeb822 } from '../debian/deb822.ts';
import { formatRelation, parseRelations } from '../debian/relations.ts';
import type { Manifest } from '../driver/conf/init-memory.ts';
import type { ControlFields } from './files/control.ts';

/** What the driver needs in a debian/control that init did not make. */
export interface ControlNeeds {
  /** The fields that init would write. */
  readonly fields: ControlFields;
  /** The fields that init wrote in an earlier run. If the user removed one of them, it is not added again. */
  readonly before: Manifest['control'];
  /** Relations that Build-Depends must have, because init adds files that need them. */
  readonly buildDepends: readonly string[];
  /** Whether debian/tests/control exists. */
  readonly hasTests: boolean;
}

/**
 * Adds what the driver needs to a debian/control that init did not make: relations, Homepage, Vcs-Git, Testsuite, or
 * the stanza of the driver's package. Changes no other byte. Throws the errors of parseDeb822 and parseRelations.
 */
export function adoptControl(text: string, needs: ControlNeeds): string {
  const { fields, before } = needs;
  const document = parseDeb822(text, 'debian/control');
  const [source, ...binaries] = document.paragraphs;
  if (source === undefined) return text;
  const wanted = new Map(fields.source);
  for (const group of [['Homepage'], ['Vcs-Browser', 'Vcs-Git'], ['Testsuite']]) {
    if (hasAny(source, group) || (group[0] === 'Testsuite' && needs.hasTests)) continue;
    for (const name of group) {
      const value = wanted.get(name);
      const isNew = before?.source?.[name] === undefined;
      if (value !== undefined && isNew) source.set(name, value);
    }
  }
  addRelations(source, 'Build-Depends', needs.buildDepends, before?.source?.['Build-Depends']);
  const name = new Map(fields.binary).get('Package');
  const binary = binaries.find((one) => one.get('Package') === name);
  const depends = new Map(fields.binary).get('Depends') ?? '';
  if (binary === undefined) {
    if (before?.binary === undefined) document.append(fields.binary);
  } else {
    const needed = depends.split(',').map((one) => one.trim());
    addRelations(binary, 'Depends', needed.filter(isOfDriver), before?.binary?.Depends);
  }
  return document.toString();
}

/**
 * Whether init adds a relation to the Depends of an existing stanza. Returns false for `${misc:Depends}` and for the
 * relation to dkms, because they are not specific to the driver.
 */
function isOfDriver(relation: string): boolean {
  return !/^(?:\$\{|dkms\b)/.test(relation);
}

/** Whether a paragraph has one of the fields. For Vcs-Git, the field of any version control system is enough. */
function hasAny(paragraph: Deb822Paragraph, fields: readonly string[]): boolean {
  if (fields.some((name) => paragraph.has(name))) return true;
  return (
    fields.includes('Vcs-Git') && paragraph.names().some((name) => /^(?:XS?-)?Vcs-/i.test(name))
  );
}

/**
 * Adds relations to a field. Leaves out relations to packages that the field already names, and relations that init
 * added in an earlier run (`before`).
 */
function addRelations(
  paragraph: Deb822Paragraph,
  field: string,
  relations: readonly string[],
  before: string | undefined,
): void {
  const fields =
    field === 'Build-Depends' ? [field, 'Build-Depends-Indep', 'Build-Depends-Arch'] : [field];
  const text = fields.map((name) => paragraph.get(name) ?? '').join(',');
  const known = new Set(
    parseRelations(`${text},${before ?? ''}`)
      .flat()
      .map(({ name }) => name),
  );
  const missing = parseRelations(relations.join(',')).filter(
    (alternatives) => !alternatives.some(({ name }) => known.has(name)),
  );
  for (const alternatives of missing) {
    paragraph.addToList(field, alternatives.map(formatRelation).join(' | '));
  }
}
