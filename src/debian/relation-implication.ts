import { type Alternatives, parseRelations, type Relation, type Relations } from './relations.ts';
import { compareVersions, isVersion } from './version.ts';

type VersionBound = NonNullable<Relation['version']>;

/**
 * Is whatever satisfies `strong` sure to satisfy `weak`? The rules of dpkg's
 * Dpkg::Deps::Simple->implies: same name and qualifier, no narrower architectures or profiles,
 * versions compared. "No" also means "cannot be known".
 */
export function relationImplies(strong: Relation, weak: Relation): boolean {
  if (strong.name !== weak.name || strong.qualifier !== weak.qualifier) return false;
  if (!architecturesCover(strong.architectures, weak.architectures)) return false;
  if (!profilesCover(strong.profiles, weak.profiles)) return false;
  if (weak.version === undefined) return true;
  return strong.version !== undefined && boundImplies(strong.version, weak.version);
}

/**
 * Does every way to satisfy `strong` satisfy one of `weak`'s alternatives? As for Dpkg::Deps::OR, several
 * alternatives never imply a single package, not even `a | a`.
 */
export function alternativesImply(strong: Alternatives, weak: Alternatives): boolean {
  if (strong.length > 1 && weak.length === 1) return false;
  return strong.every((one) => weak.some((other) => relationImplies(one, other)));
}

/**
 * `relations` with `added` (one item, or a field's text with several): nothing changes where it
 * is implied already; weaker items that it implies give it their place; else it comes last.
 */
export function addRelation(relations: Relations, added: string | Alternatives): Alternatives[] {
  const items = typeof added === 'string' ? parseRelations(added) : [added];
  let result = [...relations];
  for (const item of items) {
    if (result.some((known) => alternativesImply(known, item))) continue;
    const place = result.findIndex((known) => alternativesImply(item, known));
    if (place < 0) result.push(item);
    else {
      result[place] = item;
      result = result.filter((known, index) => index <= place || !alternativesImply(item, known));
    }
  }
  return result;
}

/**
 * Duplicates and items that others imply go, as dpkg-gencontrol simplifies Depends; the order stays.
 * Only items with a name in common are compared: a field of a million packages is done in seconds.
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

/** No list means everywhere. Mixed and wildcard lists are compared as words, like dpkg does. */
function architecturesCover(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  if (narrow.length === 0) return false;
  const wideExcludes = wide[0]?.startsWith('!') === true;
  const narrowExcludes = narrow[0]?.startsWith('!') === true;
  if (wideExcludes && narrowExcludes) return wide.every((name) => narrow.includes(name));
  if (wideExcludes) return !wide.some((name) => narrow.includes(name.slice(1)));
  return !narrowExcludes && narrow.every((name) => wide.includes(name));
}

/** Brackets are alternatives: every one of `narrow`'s must be among `wide`'s. */
function profilesCover(wide: Relation['profiles'], narrow: Relation['profiles']): boolean {
  if (wide.length === 0) return true;
  if (narrow.length === 0) return false;
  const key = (terms: readonly string[]) => [...terms].sort().join(' ');
  const known = new Set(wide.map(key));
  return narrow.every((terms) => known.has(key(terms)));
}

function boundImplies(strong: VersionBound, weak: VersionBound): boolean {
  if (!isVersion(strong.version) || !isVersion(weak.version)) {
    // With a ${variable} only the very same words are known to mean the same.
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
