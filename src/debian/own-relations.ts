import { alternativesImply, simplifyRelations } from './relation-implication.ts';
import type { Alternatives, Relation, RelationOperator, Relations } from './relations.ts';
import { compareVersions, isVersion } from './version.ts';

/** What a package brings itself, as far as its relations may be about it. */
export interface OwnPackage {
  readonly name: string;
  readonly version: string;
  /** As the field has it; `no` where it is missing. */
  readonly multiArch: string;
  readonly provides: readonly Relation[];
}

/**
 * Relations without those that the package fulfils itself, by its own name or by Provides, and without
 * those that stronger fields (`known`) already ask for: what dpkg-gencontrol does with
 * Dpkg::Deps::KnownFacts. The package is of Architecture: all.
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

/** Dpkg::Deps::KnownFacts->evaluate_simple_dep. */
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

function holds(version: string, bound: Relation['version']): boolean {
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
