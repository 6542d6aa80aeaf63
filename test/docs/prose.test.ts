import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/project.ts';

/** The most words in a paragraph or list item: longer ones must be read twice. */
const MOST_WORDS = 90;
/** The most words in a table cell. */
const MOST_CELL_WORDS = 25;

/** Code blocks are not prose. */
const CODE_BLOCK = /^( *)```[\s\S]*?^\1```/gm;
/** The tables between these marks are written by scripts/corpus/, and their cells quote messages of tools. */
const GENERATED = /<!-- ([\w-]+): begin -->[\s\S]*?<!-- \1: end -->/g;
const COMMENT = /<!--[\s\S]*?-->/g;
/** Text in backquotes is quoted: commands, messages, names. It counts as one word. */
const QUOTED = /(`+)[\s\S]*?\1/g;

const inDocs = await readdir(join(PROJECT, 'docs'), { recursive: true });
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].filter((name) =>
    existsSync(join(PROJECT, name)),
  ),
  ...inDocs.filter((path) => path.endsWith('.md')).map((path) => `docs/${path}`),
];

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));

/** Returns paragraphs, list items and headings as `prose`, and the cells of tables as `cells`. */
function partsOf(page: string): { prose: string[]; cells: string[] } {
  const text = page
    .replace(CODE_BLOCK, '\n')
    .replace(GENERATED, '\n')
    .replace(COMMENT, '\n')
    .replace(QUOTED, 'code');
  const prose: string[] = [];
  const cells: string[] = [];
  let open = false;
  for (const line of text.split('\n')) {
    if (/^\s*\|/.test(line)) {
      cells.push(...line.trim().split(/(?<!\\)\|/));
      open = false;
    } else if (line.trim() === '') {
      open = false;
    } else if (open && !/^\s*(?:[-*+]|\d+\.)\s|^#/.test(line)) {
      prose.push(`${prose.pop()} ${line}`);
    } else {
      prose.push(line);
      open = !line.startsWith('#');
    }
  }
  return { prose, cells };
}

const tooLong = (texts: readonly string[], most: number) =>
  texts
    .map((text) => ({ words: wordsOf(text).length, text: text.trim().slice(0, 80) }))
    .filter(({ words }) => words > most);

test.each(pages)('%s has short paragraphs and list items', async (page) => {
  const { prose } = partsOf(await readFile(join(PROJECT, page), 'utf8'));
  expect(tooLong(prose, MOST_WORDS)).toEqual([]);
});

test.each(pages)('%s has short table cells', async (page) => {
  const { cells } = partsOf(await readFile(join(PROJECT, page), 'utf8'));
  expect(tooLong(cells, MOST_CELL_WORDS)).toEqual([]);
});
