import { editDistance } from '../../system/text/edit-distance.ts';

/** The one of `candidates` that `word` was probably meant to be, or undefined where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  const begun = [...candidates].find((candidate) => candidate.startsWith(word));
  if (word.length > 1 && begun !== undefined) return begun;
  // With more than a third of the letters wrong it is another word.
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
