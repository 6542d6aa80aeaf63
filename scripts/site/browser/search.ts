/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The search of the site, in the browser. The pages can also be read without this script: the search form is hidden
 * until the script has begun. The index is loaded by a script element and not by fetch(), so that it works from file:,
 * too.
 */
import MiniSearch from 'minisearch';
import { INDEX_VARIABLE, SEARCH_OPTIONS, type SearchDocument } from '../search-options.ts';

const MOST_RESULTS = 12;

const form = document.querySelector<HTMLFormElement>('form.search');
const input = form?.querySelector('input');
const list = form?.querySelector('ul');
const top = form?.dataset.top ?? '';

let index: Promise<MiniSearch<SearchDocument>> | undefined;

function loadIndex(): Promise<MiniSearch<SearchDocument>> {
  index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${top}search-index.js`;
    script.onload = () => {
      const text = (globalThis as unknown as Record<string, string>)[INDEX_VARIABLE] ?? '';
      resolve(MiniSearch.loadJSON(text, SEARCH_OPTIONS));
    };
    script.onerror = () => reject(new Error(script.src));
    document.head.append(script);
  });
  return index;
}

async function show(): Promise<void> {
  if (!input || !list) return;
  const query = input.value.trim();
  const found = query === '' ? [] : (await loadIndex()).search(query).slice(0, MOST_RESULTS);
  if (query !== input.value.trim()) return;
  const items = found.map(({ heading, page, url }) => {
    const link = document.createElement('a');
    link.href = `${top}${url}`;
    const [name, where] = [document.createElement('b'), document.createElement('span')];
    name.textContent = heading;
    where.textContent = page;
    link.append(name, where);
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  if (query !== '' && items.length === 0) {
    const item = document.createElement('li');
    item.textContent = 'Nothing found.';
    items.push(item);
  }
  list.replaceChildren(...items);
}

if (form && input && list) {
  form.hidden = false;
  input.addEventListener('focus', () => void loadIndex());
  input.addEventListener('input', () => void show());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void show().then(() => list.querySelector('a')?.click());
  });
  document.addEventListener('keydown', (event) => {
    const typing = /^(?:INPUT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '');
    if (event.key === '/' && !typing) {
      event.preventDefault();
      input.focus();
    } else if (event.key === 'Escape') {
      input.value = '';
      list.replaceChildren();
    }
  });
  document.addEventListener('click', ({ target }) => {
    if (!form.contains(target as Node)) list.replaceChildren();
  });
}
