import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { COMMON_OPTIONS } from '../../../src/commands/command-line/command.ts';
import { commandHelp, generalHelp } from '../../../src/commands/command-line/help.ts';
import { loadDeclarations } from '../../../src/commands/commands.ts';
import { painter } from '../../../src/report/paint.ts';

const plain = (columns: number) => ({ columns, paint: painter(false) });

const declarations = await loadDeclarations();

describe.each(declarations.map((one) => [one.name, one] as const))('%s --help', (name, one) => {
  test.each([40, 80, 100])('in %i columns', (columns) => {
    const lines = commandHelp(one, plain(columns)).split('\n');
    expect(lines[0]).toMatch(new RegExp(`^Usage: dkms-deb ${name} \\[OPTIONS\\]`));
    expect(lines).toContain('Common options:');
    for (const option of Object.keys(one.options)) {
      expect(lines.filter((line) => line.match(`--(no-)?${option}(?![-a-z])`))).not.toEqual([]);
    }
    // Only the usage, an example or a long word may be longer than a line.
    const examples = one.examples.map(({ command }) => `  ${command}`);
    const long = lines
      .slice(1)
      .filter((line) => line.length > columns && !examples.includes(line))
      .filter((line) => line.trim().includes(' ') && !line.startsWith('  -'));
    expect(long).toEqual([]);
  });

  test('has two examples, which use existing options only', () => {
    for (const { command } of one.examples) {
      if (command.startsWith('dpkg-buildpackage')) continue;
      expect(command).toMatch(new RegExp(`^(source <\\()?dkms-deb ${name}\\b`));
      for (const [, long] of command.matchAll(/ --([-a-z]+)/g)) {
        expect(Object.keys({ ...one.options, ...COMMON_OPTIONS })).toContain(long);
      }
    }
    const text = commandHelp(one, plain(80));
    for (const { command } of one.examples.slice(0, 2)) expect(text).toContain(`\n  ${command}\n`);
  });

  test('has a one-line purpose, clauses without full stop, and unique letters', () => {
    expect(one.purpose).toMatch(/^[a-z][^\n]{10,70}[^.]$/);
    const options = Object.values(one.options);
    for (const { describe: text } of [...options, ...one.positionals]) {
      expect(text).toMatch(/^[^\n]+[^.\s]$/);
    }
    for (const option of options) {
      if (option.type !== 'boolean') expect(option.argument ?? option.choices).toBeDefined();
    }
    const letters = ['q', 'h', 'V', ...options.flatMap(({ alias }) => alias ?? [])];
    expect(new Set(letters).size).toBe(letters.length);
  });
});

test('dkms-deb --help lists each command with its purpose', () => {
  const text = generalHelp(declarations, plain(100));
  for (const { name, purpose } of declarations) {
    expect(text).toMatch(new RegExp(`^  ${name} +${purpose}$`, 'm'));
  }
});

test('colours change no character: the help without them is the same text', () => {
  const coloured = { columns: 80, paint: painter(true) };
  for (const one of declarations) {
    const text = commandHelp(one, coloured);
    expect(text).toContain('\u001b[1mUsage:\u001b[22m dkms-deb');
    expect(text).toContain(`\u001b[36m${one.examples[0].command}\u001b[39m`);
    expect(stripVTControlCharacters(text)).toBe(commandHelp(one, plain(80)));
  }
  const general = generalHelp(declarations, coloured);
  expect(general).toContain('\u001b[36minit\u001b[39m');
  expect(stripVTControlCharacters(general)).toBe(generalHelp(declarations, plain(80)));
});
