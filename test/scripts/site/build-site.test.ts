import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import MiniSearch from 'minisearch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSite } from '../../../scripts/site/build-site.ts';
import {
  INDEX_VARIABLE,
  SEARCH_OPTIONS,
  type SearchDocument,
} from '../../../scripts/site/search-options.ts';
import { PROJECT } from '../../support/project.ts';

let directory = '';
let site = '';
let pages: string[] = [];
const texts = new Map<string, string>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'site-'));
  site = join(directory, 'site');
  pages = await buildSite(PROJECT, site, '/dkms-deb/');
  for (const page of pages) texts.set(page, await readFile(join(site, page), 'utf8'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`<[^>]* ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

test('there is a page for each Markdown file, and nothing of an earlier site', async () => {
  const inDocs = await readdir(join(PROJECT, 'docs'), { recursive: true });
  expect(pages).toHaveLength(inDocs.filter((name) => name.endsWith('.md')).length + 4);
  await writeFile(join(site, 'old.html'), '');
  await buildSite(PROJECT, site);
  expect(existsSync(join(site, 'old.html'))).toBe(false);
});

test('the picture of a session shows all of its lines at once', async () => {
  const svg = await readFile(join(site, 'files/docs/session.svg'), 'utf8');
  expect(svg).toContain('text{animation:none}\n</style>');
});

test('every link and file of a page is there, with its anchor; nothing comes from elsewhere', () => {
  const anchors = new Map(
    [...texts].map(([page, html]) => [page, new Set(attributes(html, 'id'))] as const),
  );
  const dead: string[] = [];
  for (const [page, html] of texts) {
    for (const target of [...attributes(html, 'href'), ...attributes(html, 'src')]) {
      if (/^(?:https:|data:,$)/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      const known = anchor === undefined || anchors.get(file)?.has(anchor);
      if (!existsSync(join(site, file)) || !known) dead.push(`${page}: ${target}`);
    }
    expect(
      attributes(html, 'src').filter((src) => /^[a-z]+:|^\/\//.test(src)),
      page,
    ).toEqual([]);
    expect(html, page).not.toMatch(/<link[^>]*href="(?:https?:)?\/\/|<!-- test|\.md[#"]/);
  }
  expect(dead).toEqual([]);
});

test('an id stands once in a page', () => {
  for (const [page, html] of texts) {
    const ids = attributes(html, 'id');
    expect(
      ids.filter((id, i) => ids.indexOf(id) !== i),
      page,
    ).toEqual([]);
  }
});

test('every page can be reached from the list of pages, which knows where it is', () => {
  const listed = (page: string) => /<nav id="pages"[\s\S]*<\/nav>/.exec(texts.get(page) ?? '')?.[0];
  const targets = attributes(listed('index.html') ?? '', 'href');
  expect(pages.filter((page) => page !== 'index.html' && !targets.includes(page))).toEqual([]);
  expect(listed('guides/ppa.html')).toContain('href="../guides/ppa.html" aria-current="page"');
});

test('the text is whole without JavaScript; codes of errors have anchors', () => {
  const page = texts.get('error-codes.html') ?? '';
  expect(page).toContain('<tr id="no-headers">');
  expect(page).toContain('<form class="search" role="search" data-top="" hidden>');
  expect(texts.get('install.html')).toContain('<span class="comment"># builds, and writes');
});

test('search finds codes, commands and words of the text', async () => {
  const script = await readFile(join(site, 'search-index.js'), 'utf8');
  const text = JSON.parse(script.slice(`globalThis.${INDEX_VARIABLE} = `.length, -2)) as string;
  const index = MiniSearch.loadJSON<SearchDocument>(text, SEARCH_OPTIONS);
  const first = (query: string) => index.search(query)[0]?.url;
  expect(first('no-headers')).toBe('error-codes.html#no-headers');
  expect(first('bmdeb-sign')).toMatch(/^commands\.html#bmdeb-sign$/);
  expect(first('secure boot')).toMatch(/^guides\/secure-boot\.html#/);
  expect(first('reprodu')).toBeDefined();
  expect(await readFile(join(site, 'search.js'), 'utf8')).toContain(INDEX_VARIABLE);
});

test('the page for addresses that do not exist works at every depth', async () => {
  await buildSite(PROJECT, site, '/dkms-deb/');
  const html = await readFile(join(site, '404.html'), 'utf8');
  const targets = [...attributes(html, 'href'), ...attributes(html, 'src')];
  const odd = targets.filter((target) => !target.startsWith('/dkms-deb/'));
  expect(odd).toEqual(['data:,', '#text', '#pages']);
});

test('links that lead nowhere end the build, all of them named', async () => {
  const project = join(directory, 'project');
  await mkdir(join(project, 'docs'), { recursive: true });
  for (const name of ['README', 'CHANGELOG', 'CONTRIBUTING', 'SECURITY'])
    await writeFile(join(project, `${name}.md`), '# A\n');
  await writeFile(join(project, 'docs/b.md'), '# B\n\n[a](c.md) [r](../README.md#none) [ok](#b)\n');
  await expect(buildSite(project, join(directory, 'none'))).rejects.toThrow(
    'links that lead nowhere:\ndocs/b.md: docs/c.md\ndocs/b.md: index.html#none',
  );
  expect(existsSync(join(directory, 'none'))).toBe(false);
});
