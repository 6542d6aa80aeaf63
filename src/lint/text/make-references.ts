import { MAKE_NAME } from './make-assignments.ts';

/** A reference to a variable in a text of a makefile: `$(NAME)` or `${NAME}`. */
export interface MakeReference {
  readonly name: string;
  /** The index of the `$`. */
  readonly at: number;
}

// A name may contain another reference. The match is only the `$`, and a lookahead finds the name. So the search goes
// on inside the name.
const REFERENCE = new RegExp(String.raw`\$(?=\((${MAKE_NAME})\)|\{(${MAKE_NAME})\})`, 'g');

/**
 * Returns the references in a text, also a reference inside of the name of another reference. A call of a function,
 * such as `$(filter a,b)`, is not a reference.
 */
export function makeReferences(text: string): MakeReference[] {
  return [...text.matchAll(REFERENCE)].map((match) => ({
    name: match[1] ?? match[2] ?? '',
    at: match.index,
  }));
}
