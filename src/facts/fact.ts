/** The kinds of places of a fact that the code distinguishes: a git tag, MODULE_VERSION, the date of a commit or a file. */
export type FactKind = 'tag' | 'module' | 'snapshot';

/**
 * A value that the tree states, with the place that states it. A value that no place states is `undefined`, never a
 * guess: the file that needs it gets a FIXME and a hint.
 */
export interface Fact<T> {
  readonly value: T;
  /**
   * The place that states the value, in words for people: "hello.c:12 MODULE_DESCRIPTION", "LICENSE". No code may
   * depend on these words.
   */
  readonly from: string;
  /** The kind of the place. Set only for kinds that code treats differently from others. */
  readonly kind?: FactKind | undefined;
}
