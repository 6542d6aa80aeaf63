import { parseRelations, type Relation } from '../../debian/relations.ts';

/** Returns the first alternative of each relation. */
export function wordsOf(relations: string): Relation[] {
  return parseRelations(relations).flatMap((alternatives) => alternatives.slice(0, 1));
}
