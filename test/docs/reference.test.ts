import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDeclarations } from '../../src/commands/commands.ts';
import { commandsReference, exitCodesReference } from '../support/commands-reference.ts';
import { PROJECT } from '../support/project.ts';

const declarations = await loadDeclarations();

test.each([
  ['commands.md', commandsReference],
  ['exit-codes.md', exitCodesReference],
] as const)('docs/%s says what the declarations say (npm run test:update)', async (name, make) => {
  const file = join(PROJECT, 'docs', name);
  const current = make(declarations);
  if (process.env.UPDATE_GOLDEN) await writeFile(file, current);
  expect(await readFile(file, 'utf8').catch(() => '')).toBe(current);
});

test('a declaration names each status once, and none that every command has', () => {
  for (const { name, exits } of declarations) {
    expect(new Set(exits).size, name).toBe(exits.length);
    expect(
      exits.filter((exit) => ['failed', 'usage', 'bug'].includes(exit)),
      name,
    ).toEqual([]);
  }
});
