import { editDistance } from './edit-distance.ts';

/**
 * Returns the candidate that the user probably meant by `word`: one that begins with `word`, or the most similar one.
 * Returns undefined if no candidate is similar.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // An iterator can be read only once.
  const all = [...candidates];
  const begun = all.find((candidate) => candidate.startsWith(word));
  if (word.length > 1 && begun !== undefined) return begun;
  // A candidate is similar if at most a third of the letters of `word` differ. One letter may always differ.
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of all) {
    const distance = editDistance(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
