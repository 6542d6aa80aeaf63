import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorOf } from '../../scripts/site/anchor.ts';
import { PROJECT } from '../support/project.ts';

const inDocs = await readdir(join(PROJECT, 'docs'), { recursive: true });
const pages = [...(await readdir(PROJECT)), ...inDocs.map((path) => `docs/${path}`)].filter(
  (path) => path.endsWith('.md'),
);

test.each(pages)('%s links to what is there', async (page) => {
  const text = (await readFile(join(PROJECT, page), 'utf8')).replace(/```.*?```/gs, '');
  const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, target = '']) => target,
  );
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  const dead = local.filter((target) => !existsSync(join(PROJECT, dirname(page), target)));
  expect(dead).toEqual([]);
});

test.each(pages)('%s links to headings that are there', async (page) => {
  const text = (await readFile(join(PROJECT, page), 'utf8')).replace(/```.*?```/gs, '');
  const dead: string[] = [];
  for (const [, target = '', anchor = ''] of text.matchAll(/\]\(([^)#\s]*)#([^)]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const to = target === '' ? page : join(dirname(page), target);
    const headings = (await readFile(join(PROJECT, to), 'utf8')).matchAll(/^#+ (.*)$/gm);
    const anchors = [...headings].map(([, heading = '']) => anchorOf(heading));
    if (!anchors.includes(anchor)) dead.push(`${target}#${anchor}`);
  }
  expect(dead).toEqual([]);
});

test('every page of docs/ can be reached from the README', async () => {
  const seen = new Set<string>();
  const follow = async (page: string): Promise<void> => {
    if (seen.has(page) || !existsSync(join(PROJECT, page))) return;
    seen.add(page);
    const text = await readFile(join(PROJECT, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+\.md)(?:#[^)]*)?\)/g)) {
      if (!/^[a-z]+:/.test(target)) await follow(join(dirname(page), target));
    }
  };
  await follow('README.md');
  expect(pages.filter((page) => page.startsWith('docs/') && !seen.has(page))).toEqual([]);
});
