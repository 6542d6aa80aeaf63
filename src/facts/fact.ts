/**
 * The kinds of places that dkms-deb treats in a special way. `tag`: a git tag. `module`: MODULE_VERSION. `snapshot`:
 * the date of a commit or of a file.
 */
export type FactKind = 'tag' | 'module' | 'snapshot';

/**
 * A value that the tree states, and the place that states it. If no place states a value, the fact is `undefined`. The
 * caller decides what is written then: a FIXME, a general text, or no field.
 */
export interface Fact<T> {
  readonly value: T;
  /**
   * The place that states the value, in words for people: "hello.c:12 MODULE_DESCRIPTION", "LICENSE". Nothing may
   * be decided by these words.
   */
  readonly from: string;
  /** The kind of the place. Set only for a place that dkms-deb treats in a special way. */
  readonly kind?: FactKind | undefined;
}
