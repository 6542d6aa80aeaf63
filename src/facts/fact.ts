/** The kinds of places of a fact that the code distinguishes: a git tag, MODULE_VERSION, the date of a commit or a file. */
export type FactKind = 'tag' | 'module' | 'snapshot';

/**
 * A value that the tree states, with the place that states it. A value that no place states is `undefined`, never a
 * guess: the file that needs it gets a FIXME and a hint.
 */
export interface Fact<T> {
  readonly value: T;
  /** The place in words, only to be shown: "hello.c:12 MODULE_DESCRIPTION", "LICENSE". */
  readonly from: string;
  /** Set if code treats facts of this kind of place differently from others. */
  readonly kind?: FactKind | undefined;
}
