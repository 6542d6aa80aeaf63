/** Matches paths that %files takes as they are: no blank, wildcard or macro. */
export const PLAIN_PATH = /^[\w.+@:/-]+$/;
