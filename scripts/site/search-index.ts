import MiniSearch from 'minisearch';
import type { Section } from './markdown.ts';
import { INDEX_VARIABLE, SEARCH_OPTIONS, type SearchDocument } from './search-options.ts';

/** A page for search: its title, its path in the site, its sections. */
export interface SearchedPage {
  readonly title: string;
  readonly path: string;
  readonly sections: readonly Section[];
}

/** Returns the search index of all pages. */
export function searchIndex(pages: readonly SearchedPage[]): MiniSearch<SearchDocument> {
  const index = new MiniSearch(SEARCH_OPTIONS);
  const documents = pages.flatMap(({ title, path, sections }) =>
    sections.map(({ heading, anchor, text }) => ({
      heading,
      page: title,
      text,
      url: `${path}#${anchor}`,
    })),
  );
  index.addAll(documents.map((document, id) => ({ ...document, id })));
  return index;
}

/** Returns a script that puts the index into a global variable, as text: JSON.parse is faster than a literal. */
export function searchIndexScript(index: MiniSearch<SearchDocument>): string {
  const text = JSON.stringify(JSON.stringify(index)).replaceAll('</', '<\\/');
  return `globalThis.${INDEX_VARIABLE} = ${text};\n`;
}
