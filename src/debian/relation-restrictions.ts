import { InputError, type Place } from '../errors.ts';
import { type Alternatives, formatRelation, type Relation, type Relations } from './relations.ts';

/** Returns the names of the active build profiles: the words of DEB_BUILD_PROFILES (dpkg-buildpackage(1)). */
export function buildProfiles(environment: Readonly<Record<string, string | undefined>>): string[] {
  return (environment.DEB_BUILD_PROFILES ?? '').split(/\s+/).filter(Boolean);
}

/**
 * Returns the relations that hold in these build profiles, without their `<profile>` restrictions
 * (deb-src-control(5)), as Dpkg::Deps does with reduce_profiles.
 */
export function reduceProfiles(relations: Relations, profiles: readonly string[]): Alternatives[] {
  return relations.flatMap((alternatives) => {
    const kept = alternatives
      .filter((relation) => holdsInProfiles(relation, profiles))
      .map((relation) => ({ ...relation, profiles: [] }));
    return kept.length === 0 ? [] : [kept];
  });
}

/** Whether at least one pair of brackets holds, or the relation has no brackets. A pair holds if all its terms hold. */
function holdsInProfiles({ profiles: formula }: Relation, active: readonly string[]): boolean {
  if (formula.length === 0) return true;
  return formula.some((terms) =>
    terms.every((term) =>
      term.startsWith('!') ? !active.includes(term.slice(1)) : active.includes(term),
    ),
  );
}

/**
 * Throws InputError `arch-restriction` if a relation has an `[architecture]` restriction. A package
 * with Architecture: all is the same everywhere, and dpkg does not understand the brackets.
 */
export function refuseArchitectures(relations: Relations, field: string, where: Place): void {
  const restricted = relations.flat().find(({ architectures }) => architectures.length > 0);
  if (restricted === undefined) return;
  const shown = formatRelation(restricted);
  throw new InputError(
    'arch-restriction',
    `${field} has "${shown}": a package with Architecture: all has the same relations everywhere`,
    {
      where,
      hint: 'Remove the brackets, or name packages that exist on every architecture (dpkg-gencontrol refuses brackets, too).',
    },
  );
}
