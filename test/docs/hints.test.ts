import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDeclarations } from '../../src/commands/commands.ts';
import { PROJECT } from '../support/project.ts';

/** Matches options of a hint with the commands that have them: `--conf FILE (init, info)`, `bmdeb --headers`. */
const AFTER =
  /((?:--[a-z-]+(?: [A-Z]+)?(?: and )?)+)(?: \(|, an option of )([a-z-]+(?:(?:, | and )[a-z-]+)*)/g;
const BEFORE = /(?<![-\w])(init|build|bmdeb|run|plan) ((?:--[a-z-]+)(?: [a-z]+)?)/g;

test('bug: hints named options that the command did not have; the commands that they name have them', async () => {
  const commands = new Map(
    (await loadDeclarations()).map(({ name, options }) => [name, new Set(Object.keys(options))]),
  );
  const wrong: string[] = [];
  let named = 0;
  for (const path of await readdir(join(PROJECT, 'src'), { recursive: true })) {
    if (!path.endsWith('.ts')) continue;
    const text = await readFile(join(PROJECT, 'src', path), 'utf8');
    const found = [
      ...[...text.matchAll(AFTER)].map(([, options = '', words = '']) => [options, words] as const),
      ...[...text.matchAll(BEFORE)].map(([, word = '', options = '']) => [options, word] as const),
    ];
    for (const [options, words] of found) {
      for (const command of words.split(/, | and /).filter((word) => commands.has(word))) {
        for (const [, option = ''] of options.matchAll(/--([a-z-]+)/g)) {
          named++;
          if (!/^(?:help|version|json)$/.test(option) && !commands.get(command)?.has(option))
            wrong.push(`${path}: ${command} --${option}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(named).toBeGreaterThan(30);
});
