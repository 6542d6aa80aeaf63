import type { Alternatives, Relation, Relations } from './relations.ts';
import { compareVersions, isVersion } from './version.ts';

type VersionBound = NonNullable<Relation['version']>;

/**
 * Does every package that satisfies `strong` also satisfy `weak`? False also means "unknown". The
 * rules are those of Dpkg::Deps::Simple->implies: name and qualifier are equal, the architectures
 * and profiles of `strong` include those of `weak`, and its version bound implies that of `weak`.
 */
export function relationImplies(strong: Relation, weak: Relation): boolean {
  if (strong.name !== weak.name || strong.qualifier !== weak.qualifier) return false;
  if (!architecturesCover(strong.architectures, weak.architectures)) return false;
  if (!profilesCover(strong.profiles, weak.profiles)) return false;
  if (weak.version === undefined) return true;
  return strong.version !== undefined && boundImplies(strong.version, weak.version);
}

/**
 * Does each alternative of `strong` imply one of `weak`? As for Dpkg::Deps::OR, several alternatives never imply a
 * single relation. Even `a | a` does not imply `a`.
 */
export function alternativesImply(strong: Alternatives, weak: Alternatives): boolean {
  if (strong.length > 1 && weak.length === 1) return false;
  return strong.every((one) => weak.some((other) => relationImplies(one, other)));
}

/**
 * Returns the relations without duplicates and without those that another one implies, as dpkg-gencontrol simplifies
 * Depends. Their order does not change, but a relation takes the place of the first one that it implies. Only relations
 * to the same package are compared, so a field with a million packages takes only seconds.
 */
export function simplifyRelations(relations: Relations): Alternatives[] {
  const kept = new Map<number, Alternatives>();
  const places = new Map<string, Set<number>>();
  const put = (place: number, item: Alternatives) => {
    kept.set(place, item);
    for (const { name } of item) places.set(name, (places.get(name) ?? new Set()).add(place));
  };
  for (const [index, item] of relations.entries()) {
    const related = [...new Set(item.flatMap(({ name }) => [...(places.get(name) ?? [])]))].sort(
      (a, b) => a - b,
    );
    const implied = (place: number) => alternativesImply(item, kept.get(place) ?? []);
    const there = related.filter((place) => kept.has(place));
    if (there.some((place) => alternativesImply(kept.get(place) ?? [], item))) continue;
    const [first, ...weaker] = there.filter(implied);
    put(first ?? index, item);
    for (const place of weaker) kept.delete(place);
  }
  return [...kept].sort(([a], [b]) => a - b).map(([, item]) => item);
}

/**
 * Whether the list of architectures `wide` includes all of `narrow`. An empty list means all architectures.
 * Wildcards are compared as words, as dpkg does.
 */
function architecturesCover(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  if (narrow.length === 0) return false;
  const wideExcludes = wide[0]?.startsWith('!') === true;
  const narrowExcludes = narrow[0]?.startsWith('!') === true;
  if (wideExcludes && narrowExcludes) return wide.every((name) => narrow.includes(name));
  if (wideExcludes) return !wide.some((name) => narrow.includes(name.slice(1)));
  return !narrowExcludes && narrow.every((name) => wide.includes(name));
}

/**
 * Whether each pair of brackets in `narrow` is also in `wide`. The pairs of brackets of a relation are
 * alternatives.
 */
function profilesCover(wide: Relation['profiles'], narrow: Relation['profiles']): boolean {
  if (wide.length === 0) return true;
  if (narrow.length === 0) return false;
  const key = (terms: readonly string[]) => [...terms].sort().join(' ');
  const known = new Set(wide.map(key));
  return narrow.every((terms) => known.has(key(terms)));
}

function boundImplies(strong: VersionBound, weak: VersionBound): boolean {
  if (!isVersion(strong.version) || !isVersion(weak.version)) {
    // A version with a ${variable} cannot be compared with another. Only the same text is known to mean the same.
    return strong.operator === weak.operator && strong.version === weak.version;
  }
  const order = compareVersions(strong.version, weak.version);
  switch (weak.operator) {
    case '=':
      return strong.operator === '=' && order === 0;
    case '>=':
      return /^[>=]/.test(strong.operator) && order >= 0;
    case '>>':
      return strong.operator === '>>' ? order >= 0 : /^[>=]/.test(strong.operator) && order > 0;
    case '<=':
      return /^[<=]/.test(strong.operator) && order <= 0;
    case '<<':
      return strong.operator === '<<' ? order <= 0 : /^[<=]/.test(strong.operator) && order < 0;
  }
}
