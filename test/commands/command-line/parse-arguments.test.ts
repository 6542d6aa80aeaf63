import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../src/commands/command-line/parse-arguments.ts';
import { loadDeclarations } from '../../../src/commands/commands.ts';
import { UsageError } from '../../../src/errors.ts';

const declarations = new Map((await loadDeclarations()).map((one) => [one.name, one]));

async function parse(line: string): Promise<Record<string, unknown>> {
  const argv = line.split(' ');
  const name = argv.find((word) => declarations.has(word)) ?? '';
  const declaration = declarations.get(name);
  if (declaration === undefined) throw new Error(`no command in ${line}`);
  return parseArguments(declaration, argv);
}

describe('parseArguments returns the arguments of the declaration', () => {
  test.each([
    ['init', { directory: '.', force: false, dryRun: false, json: false, quiet: false }],
    ['init --dry-run src', { directory: 'src', dryRun: true }],
    ['init --rules=dh --debian-version 1-2', { rules: 'dh', debianVersion: '1-2' }],
    ['init --set A=1 --set B=2 dir', { set: ['A=1', 'B=2'], directory: 'dir' }],
    ['init -q', { quiet: true }],
    ['--json init', { json: true }],
    ['build', { output: '..', source: false }],
    ['build --sign', { sign: '' }],
    ['build --sign=0xABC x', { sign: '0xABC', directory: 'x' }],
    ['build -bo out', { binary: true, output: 'out' }],
    ['build --suffix 1', { suffix: '1' }],
    ['bmdeb', { kernel: [], cache: true, source: '.' }],
    [
      'bmdeb -k 6.1.* -k 6.12.* -j 2 --no-cache',
      { kernel: ['6.1.*', '6.12.*'], jobs: 2, cache: false },
    ],
    ['bmdeb --kernel=6.1 hello/1.0', { kernel: ['6.1'], source: 'hello/1.0' }],
    ['verify a.deb b.deb --no-evaluate', { packages: ['a.deb', 'b.deb'], evaluate: false }],
    ['verify -- -a.deb', { packages: ['-a.deb'] }],
  ])('%s', async (line, expected) => {
    expect(await parse(line)).toMatchObject(expected);
  });
});

describe('parseArguments refuses', () => {
  test.each([
    ['init --ruls dh', 'unknown option --ruls', 'Did you mean --rules?'],
    ['bmdeb --no-cash', 'unknown option --no-cash', 'Did you mean --no-cache?'],
    ['init --frobnicate', 'unknown option --frobnicate', 'See dkms-deb init --help.'],
    ['init -x', 'unknown option -x', 'See dkms-deb init --help.'],
    ['init -qx', 'unknown option -x', 'See'],
    ['init a b', 'too many arguments: b', 'See'],
    ['init a b c d e f g h', 'too many arguments: b, c, d, e, f and 2 more', 'See'],
    ['init --rules other', '--rules must be dkms-deb or dh, not "other"', 'See'],
    ['init --changelog svn', '--changelog must be git, not "svn"', 'See'],
    ['init --conf', 'option --conf FILE needs a value', 'See'],
    ['init --set', 'option --set NAME=VALUE needs a value', 'See'],
    ['bmdeb -o', 'option -o, --output DIR needs a value', 'See'],
    ['bmdeb -k --all', 'option -k, --kernel KERNEL needs a value', 'See'],
    ['bmdeb -j many', '--jobs needs a number', 'See'],
    ['build -o a -o b', '--output is given twice', 'See'],
    ['verify', 'PACKAGES is required', 'See dkms-deb verify --help.'],
    ['verify --headers', 'option --headers DIR needs a value', 'See'],
  ])('%s', async (line, message, hint) => {
    const error = await parse(line).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message, hint: expect.stringContaining(hint), exitStatus: 2 });
  });
});
