import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseArguments } from '../../src/commands/command-line/parse-arguments.ts';
import { loadDeclarations } from '../../src/commands/commands.ts';
import { listFiles } from '../../src/system/files/walk-tree.ts';
import { PROJECT } from '../support/project.ts';

const declarations = await loadDeclarations();
const names = declarations.map(({ name }) => name);

interface Hint {
  readonly file: string;
  /** The words after dkms-deb. */
  readonly words: readonly string[];
}

/** A word of a command line: an option, a name in capitals for something of the user, or a value. */
const WORD = /^(?:--?[a-z][\w-]*(?:=[\w.:/-]+)?|[A-Z][A-Z_]*(?:\/[A-Z]+|\.deb|=[\w.]+)?|'[^']*')$/;

/** Finds the command lines `dkms-deb COMMAND …` in the strings of a source file, up to the first word of prose. */
function hintsOf(file: string, text: string): Hint[] {
  const code = text.replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, '');
  return [...code.matchAll(/(?<![\w/-])dkms-deb ([a-z][\w-]*)((?: [^\s`"\n,;)]+)*)/g)].flatMap(
    ([, command = '', rest = '']) => {
      if (!names.includes(command)) return [];
      const words: string[] = [command];
      for (const given of rest.split(' ').slice(1)) {
        const word = given.replace(/[.'\\]+$/, '');
        if (!WORD.test(word)) break;
        words.push(word);
        // The end of a sentence is the end of the command.
        if (given !== word) break;
      }
      return [{ file, words }];
    },
  );
}

const hints = (
  await Promise.all(
    (
      await listFiles(`${PROJECT}/src`)
    )
      .filter((file) => file.endsWith('.ts') && !file.endsWith('declaration.ts'))
      .map(async (file) => hintsOf(file, await readFile(`${PROJECT}/src/${file}`, 'utf8'))),
  )
).flat();

test('messages name dkms-deb commands, also with options', () => {
  expect(hints.length).toBeGreaterThan(20);
  expect(hints.filter(({ words }) => words.length > 1).length).toBeGreaterThan(5);
});

const different = new Map(hints.map((hint) => [`dkms-deb ${hint.words.join(' ')}`, hint]));

test.each([...different])('our own parser takes %s', async (_, { file, words }) => {
  const declaration = declarations.find(({ name }) => name === words[0]);
  if (declaration === undefined) throw new Error(`${file}: there is no such command`);
  // In prose a command stands for itself, such as `run dkms-deb verify`.
  const needed = declaration.positionals.filter(({ required }) => required);
  const plain = words.slice(1).filter((word) => !word.startsWith('-'));
  const missing = needed.slice(plain.length).map(({ choices }) => choices?.[0] ?? 'x');
  const last = words.at(-1) ?? '';
  const option = Object.entries(declaration.options).find(
    ([name, { alias }]) => last === `--${name}` || last === `-${alias}`,
  )?.[1];
  const value = option !== undefined && option.type !== 'boolean' && !option.optionalArgument;
  await parseArguments(declaration, [
    ...words,
    ...(value ? [option.choices?.[0] ?? '1'] : []),
    ...missing,
  ]);
});
