/**
 * The kinds of places that code treats differently from other places in which facts are found: a git tag,
 * MODULE_VERSION, the date of a commit or of a file.
 */
export type FactKind = 'tag' | 'module' | 'snapshot';

/**
 * A value that the tree states, and the place that states it. If no place states a value, it is `undefined`, and
 * never guessed: the generated file gets a FIXME, and the user a hint.
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
