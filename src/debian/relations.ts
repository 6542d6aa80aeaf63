import { InputError, type Place } from '../errors.ts';
import { isVersion } from './version.ts';

export type RelationOperator = '<<' | '<=' | '=' | '>=' | '>>';

/** One package relation (Policy 7.1). Names and versions may hold `${variables}` (deb-substvars(5)). */
export interface Relation {
  readonly name: string;
  /** `any`, `native` or an architecture behind the colon. */
  readonly qualifier?: string;
  readonly version?: { readonly operator: RelationOperator; readonly version: string };
  /** `[amd64 !i386]`, with their `!`; empty for every architecture. */
  readonly architectures: readonly string[];
  /** `<!nocheck cross> <stage1>`: one list of terms for each pair of brackets. */
  readonly profiles: readonly (readonly string[])[];
}

/** `a | b`: any one of them is enough. */
export type Alternatives = readonly Relation[];
/** `a | b, c`: all of them are needed. */
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
/** Policy 7.1: the obsolete `<` and `>` always meant "or equal". */
const OBSOLETE: Readonly<Record<string, RelationOperator>> = { '<': '<=', '>': '>=' };

/**
 * The relations of a Depends-like field (Policy 7.1, deb-control(5)): commas, `|`, versions,
 * architectures and build profiles. Empty items, as `${misc:Depends}` leaves them behind, are
 * dropped. Throws InputError `relation` with the item that is none.
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
    throw relationError(part, item, `${JSON.stringify(version)} is no version`, where);
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
    hint: 'Write "name", "name (>= 1.2)" or "a | b", items parted by commas (Debian Policy 7.1).',
    ...(where === undefined ? {} : { where }),
  });
}

/** One relation as Policy 7.1 writes it: `name:any (>= 1) [amd64] <!nocheck>`. */
export function formatRelation(relation: Relation): string {
  const { qualifier, version, architectures, profiles } = relation;
  let text = relation.name;
  if (qualifier !== undefined) text += `:${qualifier}`;
  if (version !== undefined) text += ` (${version.operator} ${version.version})`;
  if (architectures.length > 0) text += ` [${architectures.join(' ')}]`;
  for (const terms of profiles) text += ` <${terms.join(' ')}>`;
  return text;
}

/** The items of a relation field, each for a line of formatListField. */
export function formatAlternatives(alternatives: Alternatives): string {
  return alternatives.map(formatRelation).join(' | ');
}

/** A relation field's value on one line, as dpkg-gencontrol writes it. */
export function formatRelations(relations: Relations): string {
  return relations.map(formatAlternatives).join(', ');
}
