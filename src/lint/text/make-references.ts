import { MAKE_NAME } from './make-assignments.ts';

/** A reference to a variable in a text of a makefile: `$(NAME)` or `${NAME}`. */
export interface MakeReference {
  readonly name: string;
  /** The index of the `$`. */
  readonly at: number;
}

// A name may contain a reference. A lookahead finds both, because a match does not go beyond the `$`.
const REFERENCE = new RegExp(String.raw`\$(?=\((${MAKE_NAME})\)|\{(${MAKE_NAME})\})`, 'g');

/** Returns the references of a text, also those in names of others. Calls of functions are none: `$(filter a,b)`. */
export function makeReferences(text: string): MakeReference[] {
  return [...text.matchAll(REFERENCE)].map((match) => ({
    name: match[1] ?? match[2] ?? '',
    at: match.index,
  }));
}
