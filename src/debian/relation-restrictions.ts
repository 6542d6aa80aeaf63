import { InputError, type Place } from '../errors.ts';
import { type Alternatives, formatRelation, type Relation, type Relations } from './relations.ts';

/** The names of active build profiles, as DEB_BUILD_PROFILES gives them (dpkg-buildpackage(1)). */
export function buildProfiles(environment: Readonly<Record<string, string | undefined>>): string[] {
  return (environment.DEB_BUILD_PROFILES ?? '').split(/\s+/).filter(Boolean);
}

/**
 * Relations with their `<profile>` restrictions decided, as Dpkg::Deps does with reduce_profiles: what
 * does not hold in these profiles goes, the rest loses the brackets (deb-src-control(5)).
 */
export function reduceProfiles(relations: Relations, profiles: readonly string[]): Alternatives[] {
  return relations.flatMap((alternatives) => {
    const kept = alternatives
      .filter((relation) => holdsInProfiles(relation, profiles))
      .map((relation) => ({ ...relation, profiles: [] }));
    return kept.length === 0 ? [] : [kept];
  });
}

/** Brackets are alternatives; all terms in one bracket must hold. */
function holdsInProfiles({ profiles: formula }: Relation, active: readonly string[]): boolean {
  if (formula.length === 0) return true;
  return formula.some((terms) =>
    terms.every((term) =>
      term.startsWith('!') ? !active.includes(term.slice(1)) : active.includes(term),
    ),
  );
}

/**
 * Throws InputError `arch-restriction` for a relation of a package with Architecture: all that holds
 * for some architectures only: the package is the same on all of them, and dpkg reads no brackets.
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
      hint: 'Take the brackets out, or name packages that exist on every architecture as alternatives (dpkg-gencontrol refuses it, too).',
    },
  );
}
