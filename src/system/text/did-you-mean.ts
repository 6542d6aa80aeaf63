import { nearest } from './nearest.ts';

/**
 * Returns the beginning of a hint about a word that is not one of the candidates: the question if the user meant a
 * similar one, and a blank. Returns '' if no candidate is similar. `before` is written before the candidate, such as
 * `--`.
 */
export function didYouMean(word: string, candidates: Iterable<string>, before = ''): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `Did you mean ${before}${meant}? `;
}
