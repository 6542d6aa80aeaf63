import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { readDocPage } from '../support/doc-page.ts';
import { PROJECT } from '../support/project.ts';
import { runDocPage } from '../support/run-doc-page.ts';
import { sharingTest as test } from '../support/sandbox.ts';

/** Whoever reads a page types its commands in this order: so do we. */
const entries = await readdir(join(PROJECT, 'docs'), { recursive: true });
const pages = await Promise.all(
  [
    'README.md',
    'CONTRIBUTING.md',
    ...entries.filter((e) => e.endsWith('.md')).map((e) => `docs/${e}`),
  ]
    .sort()
    .map(readDocPage),
);

describe('the commands of the documentation', () => {
  for (const page of pages.filter((p) => p.blocks.some((b) => b.notRun === undefined))) {
    test(page.path, async ({ sandbox }) => {
      expect(page.start, `${page.path} says where its commands start`).toBeDefined();
      await runDocPage(page, sandbox);
    });
  }
});
