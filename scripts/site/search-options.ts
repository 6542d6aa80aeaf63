import type { Options } from 'minisearch';

/** A section as search knows it. */
export interface SearchDocument {
  readonly id: number;
  readonly heading: string;
  readonly page: string;
  readonly text: string;
  /** The path in the site, with an anchor. */
  readonly url: string;
}

/** The name of the global variable into which search-index.js puts the index. */
export const INDEX_VARIABLE = 'dkmsDebSearchIndex';

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_.+-]*/gu;

/** Returns the words of a text as they are, such as `no-headers`, without a full stop at the end. */
function wholeWords(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) => word.replace(/[.+-]+$/, ''));
}

/**
 * The settings with which the index is made and read. In the index, the parts of a word with `_`, `.`, `+` or `-` are
 * words, too; the words of a query stay whole.
 */
export const SEARCH_OPTIONS: Options<SearchDocument> = {
  fields: ['heading', 'page', 'text'],
  storeFields: ['heading', 'page', 'url'],
  tokenize: (text) =>
    wholeWords(text).flatMap((word) => [...new Set([word, ...word.split(/[_.+-]/)])]),
  searchOptions: {
    tokenize: wholeWords,
    boost: { heading: 4, page: 2 },
    combineWith: 'AND',
    prefix: true,
    fuzzy: (word) => (word.length > 5 ? 0.2 : false),
  },
};
