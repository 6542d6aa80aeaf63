import { alternativesImply, simplifyRelations } from './relation-implication.ts';
import { type Alternatives, holds, type Relation, type Relations } from './relations.ts';

/** The package whose relations are simplified. Its own name and its Provides fulfil some of the relations. */
export interface OwnPackage {
  readonly name: string;
  readonly version: string;
  /** The value of the Multi-Arch field; `no` if the package has no such field. */
  readonly multiArch: string;
  readonly provides: readonly Relation[];
}

/**
 * Returns the relations without those that the package itself fulfils, by its name or its Provides,
 * and without those that the stronger fields in `known` already ask for. dpkg-gencontrol does the
 * same with Dpkg::Deps::KnownFacts. The package must have Architecture: all.
 */
export function simplifyOwnRelations(
  relations: Relations,
  own: OwnPackage,
  known: readonly Relations[],
): Alternatives[] {
  const stronger = known.flat();
  return simplifyRelations(
    relations.filter(
      (item) =>
        !item.some((one) => isOwn(one, own)) &&
        !stronger.some((other) => alternativesImply(other, item)),
    ),
  );
}

/** Whether the package itself fulfils the relation, by the rules of Dpkg::Deps::KnownFacts->evaluate_simple_dep. */
function isOwn(relation: Relation, own: OwnPackage): boolean {
  const { name, version } = relation;
  if (name === own.name && isSeenBy(relation, own) && holds(own.version, version)) return true;
  return own.provides.some(
    (provided) =>
      provided.name === name &&
      (provided.version === undefined || provided.version.operator === '=') &&
      (version === undefined ||
        (provided.version !== undefined && holds(provided.version.version, version))),
  );
}

function isSeenBy({ qualifier }: Relation, { multiArch }: OwnPackage): boolean {
  if (qualifier === undefined) return true;
  if (qualifier === 'any') return multiArch === 'allowed';
  return qualifier === 'all';
}
