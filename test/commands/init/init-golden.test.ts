import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type InitArguments, init } from '../../../src/commands/init/init.ts';
import { DkmsDebError } from '../../../src/errors.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';

/**
 * A case test/golden/init/<case> has a tree `in`, and `out` with debian/ and rpm/ after init and its `messages`.
 * `case.json` has options of init, and a git history for the tree. If `out` lacks one of them, init must not
 * change it. UPDATE_GOLDEN=1 rewrites `out`: read the diff.
 */

// Without headers nothing is compiled, so that every machine gives the same result. test/interop/driver/
// derive.test.ts compiles.
vi.mock('../../../src/kernel/headers.ts', async (original) => ({
  ...(await original<typeof import('../../../src/kernel/headers.ts')>()),
  installedReleases: async () => [],
}));

const GOLDEN = join(PROJECT, 'test/golden/init');

interface Case {
  readonly args?: Partial<InitArguments>;
  readonly git?: { readonly remote?: string; readonly tags?: readonly string[] };
}

// The note depends on the installed packages; how-to-build.test.ts tests it.
vi.mock('../../../src/commands/init/how-to-build.ts', () => ({
  howToBuild: async () => undefined,
}));

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'golden-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));
beforeEach(() => {
  vi.stubEnv('SOURCE_DATE_EPOCH', '1795000000');
  vi.stubEnv('DEBFULLNAME', 'Jane Doe');
  vi.stubEnv('DEBEMAIL', 'jane@example.org');
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const cases = (await readdir(GOLDEN)).sort();

describe('init writes the files of test/golden/init', () => {
  test.each(cases)('%s', async (name) => {
    const home = join(GOLDEN, name);
    const { args, git } = await readCase(home);
    const tree = join(parent, name);
    await cp(join(home, 'in'), tree, { recursive: true });
    // Newer than SOURCE_DATE_EPOCH, independent of this machine's clock.
    await run('find', [tree, '-exec', 'touch', '-h', '-d', '@1796000000', '{}', '+']);
    if (git !== undefined) await makeHistory(tree, git);
    const before = await readPackaging(tree);
    const messages = await runInit(tree, args ?? {});
    const after = await readPackaging(tree);
    const result = new Map([['messages', messages], ...after]);
    for (const folder of ['debian/', 'rpm/']) {
      const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) =>
        path.startsWith(folder),
      );
      const isSame = paths.every((path) => before.get(path) === after.get(path));
      if (isSame) for (const path of paths) result.delete(path);
    }
    if (process.env.UPDATE_GOLDEN) await rewrite(join(home, 'out'), result);
    expect(Object.fromEntries(result)).toEqual(
      Object.fromEntries(await readTree(join(home, 'out'))),
    );

    // In every case, a second run changes nothing.
    if (!messages.startsWith('error')) {
      await runInit(tree, { ...args, force: false });
      expect(Object.fromEntries(await readPackaging(tree))).toEqual(Object.fromEntries(after));
    }
  });
});

/** Runs init; returns its messages without paths of this machine. */
async function runInit(directory: string, args: Partial<InitArguments>): Promise<string> {
  const said: string[] = [];
  const options = { directory, force: false, dryRun: false, ...args };
  const conf = args.conf === undefined ? {} : { conf: join(directory, args.conf) };
  try {
    const { exitStatus } = await init(
      { ...options, ...conf },
      {
        declarations: async () => [],
        paint: painter(false),
        json: false,
        print: (line) => said.push(line),
        reporter: {
          ...silentReporter,
          note: (message) => said.push(message),
          warn: (message, hint) => said.push(`warning: ${message}`, ...(hint ? [`  ${hint}`] : [])),
        },
      },
    );
    if (exitStatus !== 0) said.push(`exit status ${exitStatus}`);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const { where, output, hint, message, code, exitStatus } = error;
    const place = where === undefined ? '' : `${where.file}:${where.line ?? ''}: `;
    said.push(`error ${code} (${exitStatus}): ${place}${message}`);
    said.push(...output.map((line) => `  | ${line}`), ...(hint ? [`  ${hint}`] : []));
  }
  return `${said.join('\n').replaceAll(directory, 'TREE')}\n`;
}

async function readCase(home: string): Promise<Case> {
  const file = join(home, 'case.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Case) : {};
}

async function makeHistory(tree: string, { remote, tags }: NonNullable<Case['git']>) {
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=J', '-c', 'user.email=j@example.org', ...args], {
      cwd: tree,
      env: {
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_COMMITTER_DATE: '1790000000 +0000',
        GIT_AUTHOR_DATE: '1790000000 +0000',
      },
    });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'All of it');
  for (const tag of tags ?? []) await git('tag', tag);
  if (remote !== undefined) await git('remote', 'add', 'origin', remote);
}

async function readTree(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(file.slice(directory.length + 1), await readFile(file, 'utf8'));
  }
  return new Map([...files].sort());
}

/** The files of debian/ and rpm/, by their path in the tree. */
async function readPackaging(tree: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of ['debian', 'rpm']) {
    for (const [path, text] of await readTree(join(tree, folder)))
      files.set(`${folder}/${path}`, text);
  }
  return files;
}

async function rewrite(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (const [path, text] of files) {
    const file = join(directory, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  }
}
