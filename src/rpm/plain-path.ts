/** Matches a path that needs no quoting in %files: it has no blank, wildcard or macro. */
export const PLAIN_PATH = /^[\w.+@:/-]+$/;
