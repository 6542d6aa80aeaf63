import { InputError, type Place } from '../errors.ts';
import { compareVersions, isVersion } from './version.ts';

export type RelationOperator = '<<' | '<=' | '=' | '>=' | '>>';

/** One package relation (Policy 7.1). Name and version may contain `${variables}` (deb-substvars(5)). */
export interface Relation {
  readonly name: string;
  /** The word after the colon: `any`, `native` or an architecture. */
  readonly qualifier?: string;
  readonly version?: { readonly operator: RelationOperator; readonly version: string };
  /** The words of `[amd64 !i386]`, with their `!`. Empty if the relation holds for every architecture. */
  readonly architectures: readonly string[];
  /** The terms of `<!nocheck cross> <stage1>`: one list for each pair of brackets. */
  readonly profiles: readonly (readonly string[])[];
}

/** `a | b`: one of these relations must hold. */
export type Alternatives = readonly Relation[];
/** `a | b, c`: all of these items must hold. */
export type Relations = readonly Alternatives[];

const VARIABLE = String.raw`\$\{[^{}\s]*\}`;
const RELATION = new RegExp(
  [
    `^((?:[a-zA-Z0-9]|${VARIABLE})(?:[a-zA-Z0-9+.-]|${VARIABLE})*)`,
    `(?::([a-zA-Z0-9][a-zA-Z0-9-]*))?`,
    String.raw`(?:\s*\(\s*(<<|<=|=|>=|>>|<|>)\s*([^()\s]+)\s*\))?`,
    String.raw`(?:\s*\[([^\]]*)\])?`,
    String.raw`((?:\s*<\s*[^<>\s][^<>]*>)*)$`,
  ].join(''),
);
/** Policy 7.1: the obsolete `<` and `>` mean `<=` and `>=`. */
const OBSOLETE: Readonly<Record<string, RelationOperator>> = { '<': '<=', '>': '>=' };

/**
 * Reads the relations of a field such as Depends (Policy 7.1, deb-control(5)). Empty items are dropped, such as the one
 * that an empty `${misc:Depends}` leaves. Throws InputError `relation` with the first item that is not a relation.
 */
export function parseRelations(text: string, where?: Place): Alternatives[] {
  const relations: Alternatives[] = [];
  for (const item of text.split(',')) {
    if (item.trim() === '') continue;
    relations.push(item.split('|').map((part) => parseRelation(part, item, where)));
  }
  return relations;
}

function parseRelation(part: string, item: string, where: Place | undefined): Relation {
  const match = RELATION.exec(part.trim());
  const [, name = '', qualifier, sign = '', version, architectures, profiles = ''] = match ?? [];
  const operator = (OBSOLETE[sign] ?? sign) as RelationOperator;
  if (!match || architectures?.trim() === '') {
    const form = '"name (operator version) [architectures] <profiles>"';
    throw relationError(part, item, `it is not ${form}`, where);
  }
  if (version !== undefined && !version.includes('${') && !isVersion(version)) {
    throw relationError(part, item, `${JSON.stringify(version)} is not a version`, where);
  }
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(version === undefined ? {} : { version: { operator, version } }),
    architectures: architectures?.trim().split(/\s+/) ?? [],
    profiles: [...profiles.matchAll(/<([^<>]+)>/g)].map(([, terms = '']) =>
      terms.trim().split(/\s+/),
    ),
  };
}

function relationError(
  part: string,
  item: string,
  reason: string,
  where: Place | undefined,
): InputError {
  const shown = JSON.stringify((part.trim() || item.trim()).slice(0, 100));
  return new InputError('relation', `${shown} is not a package relation: ${reason}`, {
    hint: 'Write "name", "name (>= 1.2)" or "a | b", and separate items with commas (Debian Policy 7.1).',
    ...(where === undefined ? {} : { where }),
  });
}

/** Returns one relation as text (Policy 7.1): `name:any (>= 1) [amd64] <!nocheck>`. */
export function formatRelation(relation: Relation): string {
  const { qualifier, version, architectures, profiles } = relation;
  let text = relation.name;
  if (qualifier !== undefined) text += `:${qualifier}`;
  if (version !== undefined) text += ` (${version.operator} ${version.version})`;
  if (architectures.length > 0) text += ` [${architectures.join(' ')}]`;
  for (const terms of profiles) text += ` <${terms.join(' ')}>`;
  return text;
}

/** Returns one item of a relation field: `a | b (>= 1)`. */
export function formatAlternatives(alternatives: Alternatives): string {
  return alternatives.map(formatRelation).join(' | ');
}

/** Returns the value of a relation field on one line, as dpkg-gencontrol writes it. */
export function formatRelations(relations: Relations): string {
  return relations.map(formatAlternatives).join(', ');
}

/**
 * Whether a version fulfils the version of a relation (Policy 7.1). Every version fulfils a relation without a version.
 * Otherwise the result is false if one of the two is not a valid version.
 */
export function holds(version: string, bound: Relation['version']): boolean {
  if (bound === undefined) return true;
  if (!isVersion(version) || !isVersion(bound.version)) return false;
  const order = compareVersions(version, bound.version);
  const answers: Readonly<Record<RelationOperator, boolean>> = {
    '<<': order < 0,
    '<=': order <= 0,
    '=': order === 0,
    '>=': order >= 0,
    '>>': order > 0,
  };
  return answers[bound.operator];
}
