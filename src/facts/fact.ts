/**
 * What the tree tells, with where it tells it. A fact that nothing tells is `undefined`, never a
 * guess: whoever writes the file puts a FIXME with its remedy there.
 */
export interface Fact<T> {
  readonly value: T;
  /** For a person: "hello.c:12 MODULE_DESCRIPTION", "git config user.email", "LICENSE". */
  readonly from: string;
}
