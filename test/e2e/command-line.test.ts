import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { describe, expect } from 'vitest';
import configuration from '../../rolldown.config.ts';
import { COMMANDS } from '../../src/commands/commands.ts';
import { exampleDirectory } from '../support/example.ts';
import { PROJECT } from '../support/project.ts';
import { call, dkmsDeb, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

/** Which source files, packages' included, went into each chunk of dist/. */
async function readChunks(): Promise<Map<string, string[]>> {
  const bundle = await rolldown({ ...configuration, cwd: PROJECT });
  const { output } = await bundle.generate([configuration.output].flat()[0]);
  return new Map(
    output.flatMap((one) =>
      one.type === 'chunk'
        ? [[one.fileName, one.moduleIds.map((file) => relative(PROJECT, file))] as const]
        : [],
    ),
  );
}

/** Source files whose code a call of the command loaded. */
async function loadedFiles(sandbox: Sandbox, args: readonly string[]): Promise<string[]> {
  const coverage = join(sandbox.directory, 'coverage');
  await dkmsDeb(sandbox, args, { env: { NODE_V8_COVERAGE: coverage } });
  const files: string[] = [];
  for (const name of await readdir(coverage)) {
    const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8')) as {
      result: readonly { url: string }[];
    };
    for (const { url } of result) {
      if (url.startsWith(`file://${PROJECT}/dist/`))
        files.push(...(chunks.get(basename(url)) ?? [url]));
    }
  }
  return files.filter((file) => !file.includes('rolldown'));
}

/**
 * What a source file imports for its work, and what that imports; with `later` also what it imports
 * only when it comes to that.
 */
async function closure(
  file: string,
  { later = false, found = new Set<string>() } = {},
): Promise<Set<string>> {
  if (found.has(file)) return found;
  found.add(file);
  const text = await readFile(join(PROJECT, file), 'utf8');
  const follow = (path: string) =>
    closure(relative(PROJECT, join(PROJECT, dirname(file), path)), { later, found });
  for (const [, names = '', path = ''] of text.matchAll(
    /^(?:import|export) (?!type )([^;]*?) from '(\.[^']+)';/gms,
  )) {
    const named = /^\{(.*)\}$/s
      .exec(names)?.[1]
      ?.split(',')
      .map((one) => one.trim());
    // All of it types: nothing is left to import.
    if (named?.every((one) => one === '' || one.startsWith('type '))) continue;
    await follow(path);
  }
  if (later)
    for (const [, path = ''] of text.matchAll(/ import\('(\.[^']+)'\)/g)) await follow(path);
  return found;
}

async function closures(...files: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of files) await closure(file, { found });
  return found;
}

const chunks = await readChunks();

/** Returns the file that the declaration of a command imports when the command's work begins. */
async function workOf(name: string): Promise<string> {
  const declaration = `src/commands/${name}/declaration.ts`;
  const text = await readFile(join(PROJECT, declaration), 'utf8');
  const [, path] = /load: async \(\) => \(await import\('([^']+)'\)\)/.exec(text) ?? [];
  if (path === undefined) throw new Error(`${declaration} has no load with one import`);
  return join(dirname(declaration), path);
}

describe('start-up loads only what is needed', () => {
  test('--version: cli.ts and what it imports', async ({ sandbox }) => {
    const allowed = await closure('src/cli.ts');
    const loaded = await loadedFiles(sandbox, ['--version']);
    expect(loaded).toContain('src/cli.ts');
    expect(loaded.filter((file) => !allowed.has(file))).toEqual([]);
    // No file that does the work of a command.
    const work = /^src\/(?!(commands|report|system)\/|cli|errors)/;
    expect([...allowed].filter((file) => work.test(file))).toEqual([]);
    expect(allowed.size).toBeLessThan(30);
  });

  test.for(Object.keys(COMMANDS))('%s --help: its declaration alone', async (name, { sandbox }) => {
    const declaration = `src/commands/${name}/declaration.ts`;
    const allowed = await closures('src/cli.ts', 'src/commands/command-line/help.ts', declaration);
    const loaded = await loadedFiles(sandbox, [name, '--help']);
    expect(loaded).toContain(declaration);
    expect(loaded.filter((file) => !allowed.has(file))).toEqual([]);
  });

  test.for(Object.keys(COMMANDS))('%s: what its work imports', async (name, { sandbox }) => {
    const work = await workOf(name);
    // completion and help describe every command.
    const described = ['completion', 'help'].includes(name) ? Object.keys(COMMANDS) : [name];
    const allowed = await closures(
      'src/cli.ts',
      'src/commands/command-line/parse-arguments.ts',
      'src/commands/command-line/configured.ts',
      ...described.map((one) => `src/commands/${one}/declaration.ts`),
    );
    for (const file of await closure(work, { later: true })) allowed.add(file);
    // Ends early, with everything loaded.
    const [positional] = (await COMMANDS[name]?.())?.positionals ?? [];
    const missing = join(sandbox.directory, 'missing');
    const words = positional === undefined ? [] : [positional.choices?.[0] ?? missing];
    const loaded = await loadedFiles(sandbox, [name, ...words]);
    expect(loaded).toContain(work);
    const ours = loaded.filter((file) => file.startsWith('src/'));
    expect(ours.filter((file) => !allowed.has(file))).toEqual([]);
  });
});

describe('--help, --version and errors of use', () => {
  test('are written to the right stream, with the right status', async ({ sandbox }) => {
    const { version } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
    for (const args of [['--version'], ['-V'], ['init', '--version'], ['--json', '--version']]) {
      const { exitStatus, stdout, stderr } = await dkmsDeb(sandbox, args);
      expect({ exitStatus, stdout, stderr }).toEqual({
        exitStatus: 0,
        stdout: `${version}\n`,
        stderr: '',
      });
    }
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { exitStatus, stdout, stderr } = await dkmsDeb(sandbox, args);
      expect({ exitStatus, stderr }).toEqual({ exitStatus: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: dkms-deb COMMAND/);
    }
    for (const args of [
      ['init', '--help'],
      ['help', 'init'],
      ['--color', 'never', 'init', '-h'],
    ]) {
      const { exitStatus, stdout } = await dkmsDeb(sandbox, args);
      expect(exitStatus).toBe(0);
      expect(stdout).toMatch(/^Usage: dkms-deb init/);
    }
  });

  test.for([
    [['--quiet'], 'a command is needed', 'See dkms-deb --help.'],
    [['iint'], 'unknown command "iint"', 'Did you mean init? See dkms-deb --help.'],
    [['constructor'], 'unknown command "constructor"', 'See dkms-deb --help.'],
    [
      ['init', '--ruls', 'dh'],
      'unknown option --ruls',
      'Did you mean --rules? See dkms-deb init --help.',
    ],
  ] as const)('%j', async ([args, message, hint], { sandbox }) => {
    const plain = await dkmsDeb(sandbox, args);
    expect(plain).toMatchObject({ exitStatus: 2, stdout: '' });
    expect(plain.stderr).toBe(`dkms-deb: error: ${message}\n  ${hint}\n`);
    const json = await dkmsDeb(sandbox, [...args, '--json']);
    expect(json).toMatchObject({ exitStatus: 2, stderr: plain.stderr });
    const error = {
      code: 'usage',
      message,
      ...(hint === undefined ? {} : { hint }),
      exitStatus: 2,
    };
    expect(JSON.parse(json.stdout)).toEqual({ error });
  });

  test('a missing directory is not reported as a bug of dkms-deb', async ({ sandbox }) => {
    const missing = join(sandbox.directory, 'missing');
    for (const command of ['init', 'build']) {
      const { exitStatus, stdout } = await dkmsDeb(sandbox, [command, missing, '--json']);
      expect({ command, exitStatus }).toEqual({ command, exitStatus: 1 });
      expect(JSON.parse(stdout).error).toMatchObject({ where: { file: missing }, exitStatus: 1 });
    }
  });
});

describe('messages', () => {
  test.for(['--version', '--help', 'build hello', 'build --json hello'])(
    'bug: a full standard output was a trace of our own code: %s',
    async (words, { sandbox }) => {
      await exampleDirectory('hello', sandbox.directory);
      const script = 'exec dkms-deb "$@" >/dev/full';
      const args = words.split(' ');
      const { exitStatus, stderr } = await call(sandbox, 'sh', ['-c', script, 'sh', ...args]);
      expect(stderr.replace(/^.*no debian\/.*\n/, '')).toBe(
        'dkms-deb: error: cannot write to standard output: no space left on device (ENOSPC)\n' +
          '  Free space where standard output goes, or redirect it to another place.\n',
      );
      expect(exitStatus).toBe(1);
    },
  );

  test('if nobody reads standard output or standard error, the work is done without a message', async ({
    sandbox,
  }) => {
    await exampleDirectory('hello', sandbox.directory);
    const script = '(sleep 0.1; dkms-deb build -o out hello; echo $? >status) 2>&1 | true';
    await call(sandbox, 'bash', ['-c', `${script}; while ! [ -s status ]; do sleep 0.1; done`]);
    expect(await readFile(join(sandbox.directory, 'status'), 'utf8')).toBe('0\n');
  });

  test('--verbose prints programs, values and times, --quiet only errors', async ({ sandbox }) => {
    const hello = await exampleDirectory('hello', sandbox.directory);
    const call = async (...args: string[]) =>
      dkmsDeb(sandbox, ['build', hello, '-o', sandbox.out, ...args]);
    const [plain, verbose, quiet] = [await call(), await call('--verbose'), await call('-q')];
    expect((await call('-q', '--verbose')).exitStatus).toBe(2);
    expect(verbose.stdout).toBe(plain.stdout);
    expect(quiet).toMatchObject({ stdout: plain.stdout, stderr: '' });
    expect(plain.stderr).not.toBe('');
    for (const line of plain.stderr.trim().split('\n'))
      expect(verbose.stderr.split('\n')).toContain(line);
    expect(verbose.stderr).toMatch(/^\[\d+\] \$ (?:unshare .*)?bash .*dkms\.conf/m);
    expect(verbose.stderr).toMatch(/^ {2}PACKAGE_NAME\[0\]="hello"$/m);
    expect(verbose.stderr).toMatch(/^\[\d+\] status 0, \d+\.\d\d s$/m);
    expect(verbose.stderr).toMatch(/^\d+\.\d\d s in all, exit status 0$/m);
  });
});
