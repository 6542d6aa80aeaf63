import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/errors.ts';
import { FATAL_FINDINGS } from '../../src/module/compile/check-modules.ts';
import { PROJECT } from '../support/project.ts';

/** What makes errors, and the exit status that it gives them; none: each has its own. */
const MAKERS: Readonly<Record<string, number | undefined>> = {
  'new DkmsDebError': undefined,
  'new ModuleBuildError': undefined,
  'new ConfError': undefined,
  super: undefined,
  'new InputError': EXIT.failed,
  'new ArchiveError': EXIT.failed,
  'new SystemError': EXIT.failed,
  signingError: EXIT.failed,
  'new KernelError': EXIT.noHeaders,
};

/** Codes that src gives its errors, with the exit statuses that their classes have. */
async function codesInSource(): Promise<Map<string, Set<number>>> {
  const codes = new Map<string, Set<number>>();
  const add = (code: string, exit: number | undefined) => {
    const exits = codes.get(code) ?? new Set();
    codes.set(code, exit === undefined ? exits : exits.add(exit));
  };
  const made = new RegExp(`(${Object.keys(MAKERS).join('|')})\\(\\s*'([a-z0-9-]+)'`, 'g');
  const files = await readdir(join(PROJECT, 'src'), { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(join(PROJECT, 'src', file), 'utf8');
    for (const [, maker = '', code = ''] of text.matchAll(made)) add(code, MAKERS[maker]);
  }
  // Findings that end a build have the codes of `verify`.
  for (const code of Object.keys(FATAL_FINDINGS)) add(code, EXIT.makeFailed);
  return codes;
}

test('docs/error-codes.md has every error code with its exit status, and no other', async () => {
  const page = await readFile(join(PROJECT, 'docs/error-codes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| ([^|]*) \|/gm)];
  const described = new Map(rows.map(([, code = '', exits = '']) => [code, exits]));
  expect(described.size, 'a code stands there once').toBe(rows.length);
  const made = await codesInSource();
  expect(made.size).toBeGreaterThan(100);
  expect([...described.keys()].sort()).toEqual([...made.keys()].sort());
  for (const [code, exits] of made) {
    const told = (described.get(code)?.match(/\d+/g) ?? []).map(Number);
    expect(told, code).toEqual(expect.arrayContaining([...exits]));
  }
});
