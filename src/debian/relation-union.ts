import { relationImplies } from './relation-implication.ts';
import { formatRelation, type Relation, type RelationOperator } from './relations.ts';

/** The sort order of operators: %relation_ordering of Dpkg::Deps. */
const OPERATOR_ORDER: Readonly<Record<RelationOperator, number>> = {
  '>=': 1,
  '>>': 2,
  '=': 3,
  '<<': 4,
  '<=': 5,
};

/**
 * Returns the relations of Conflicts, Provides or another "union" field as dpkg-gencontrol writes
 * them (Dpkg::Deps::Union): if one relation includes another, only the wider one stays. The result
 * is sorted by name, operator and version.
 */
export function uniteRelations(relations: readonly Relation[]): Relation[] {
  const united: Relation[] = [];
  for (const relation of relations) {
    const at = united.findIndex((known) => merge(known, relation) !== undefined);
    if (at < 0) united.push(relation);
    else united[at] = merge(united[at] as Relation, relation) as Relation;
  }
  return united.sort(compareRelations);
}

/**
 * If one of two relations includes the other, returns the wider one; else undefined. Relations with
 * `[architectures]` are never merged (Dpkg::Deps::Simple->merge_union).
 */
function merge(known: Relation, other: Relation): Relation | undefined {
  if (known.name !== other.name) return undefined;
  if (known.architectures.length > 0 || other.architectures.length > 0) return undefined;
  if (other.version === undefined && known.version !== undefined) {
    const { version: _, ...unversioned } = known;
    return unversioned;
  }
  if (relationImplies(known, other)) {
    const { version: _, ...rest } = known;
    return other.version === undefined ? rest : { ...rest, version: other.version };
  }
  return relationImplies(other, known) ? known : undefined;
}

function compareRelations(a: Relation, b: Relation): number {
  const order = ({ version }: Relation) => (version ? OPERATOR_ORDER[version.operator] : 0);
  return (
    compareBytes(a.name, b.name) ||
    order(a) - order(b) ||
    compareBytes(a.version?.version ?? '', b.version?.version ?? '')
  );
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Returns alternatives as the text `a | b`, for a message. */
export function describeAlternatives(alternatives: readonly Relation[]): string {
  return alternatives.map(formatRelation).join(' | ');
}
