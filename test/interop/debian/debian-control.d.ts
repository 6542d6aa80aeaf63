/** debian-control 1.0.0 has no types; these are of what the tests use. */
declare module 'debian-control' {
  /** The fields of one paragraph: a string, or an array of lines where there are several. */
  export function parse(text: string): Record<string, unknown>;
}
