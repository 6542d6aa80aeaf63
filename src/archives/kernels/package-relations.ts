import { parseRelations, type Relation } from '../../debian/relations.ts';
import { compareVersions } from '../../debian/version.ts';

/** Returns the first alternative of each relation. */
export function wordsOf(relations: string): Relation[] {
  return parseRelations(relations).flatMap((alternatives) => alternatives.slice(0, 1));
}

/** Whether a version fulfils a relation. A relation without a version is fulfilled by every version. */
export function fulfils(version: string, wanted: Relation['version']): boolean {
  if (wanted === undefined) return true;
  const order = compareVersions(version, wanted.version);
  const { operator } = wanted;
  if (operator === '=') return order === 0;
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  return operator === '>>' ? order > 0 : order < 0;
}
