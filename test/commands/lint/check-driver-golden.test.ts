import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkDriver } from '../../../src/commands/lint/check-driver.ts';
import type { LintArguments } from '../../../src/commands/lint/lint-arguments.ts';
import { DkmsDebError } from '../../../src/errors.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';

/**
 * A case test/golden/lint/<case> has a tree `in`, and `out` with the output of lint and the files after --fix.
 * `case.json` has options, and tags for the tree. UPDATE_GOLDEN=1 rewrites `out`: read the diff.
 */
const GOLDEN = join(PROJECT, 'test/golden/lint');

interface Case {
  readonly args?: Partial<LintArguments>;
  readonly git?: { readonly tags: readonly string[] };
}

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'golden-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const cases = (await readdir(GOLDEN)).sort();

describe('lint prints the output of test/golden/lint', () => {
  test.each(cases)('%s', async (name) => {
    const home = join(GOLDEN, name);
    const { args = {}, git } = await readCase(home);
    const tree = join(parent, name);
    await cp(join(home, 'in'), tree, { recursive: true });
    if (git !== undefined) await makeHistory(tree, git.tags);
    const result = new Map<string, Buffer>([['messages', Buffer.from(await runLint(tree, args))]]);
    for (const [path, bytes] of await changedFiles(join(home, 'in'), tree)) result.set(path, bytes);
    if (process.env.UPDATE_GOLDEN) await rewrite(join(home, 'out'), result);
    const wanted = await readTree(join(home, 'out'));
    expect(inLatin1(result)).toEqual(inLatin1(wanted));
    if (args.fix === true && args.dryRun !== true) {
      // A second --fix corrects nothing.
      await runLint(tree, args);
      expect(inLatin1(await changedFiles(join(home, 'in'), tree))).toEqual(
        inLatin1(new Map([...result].filter(([path]) => path !== 'messages'))),
      );
    }
  });
});

/** Runs lint in the tree; returns its output, its messages and the exit status. */
async function runLint(tree: string, args: Partial<LintArguments>): Promise<string> {
  const said: string[] = [];
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(tree);
  try {
    const { exitStatus } = await checkDriver(
      {
        subject: tree,
        evaluate: true,
        fix: false,
        diff: false,
        dryRun: false,
        format: 'text',
        failOn: 'warning',
        ...args,
      },
      {
        declarations: async () => [],
        paint: painter(false),
        json: false,
        print: (line) => said.push(line),
        reporter: {
          ...silentReporter,
          note: (message) => said.push(message),
          warn: (message) => said.push(`warning: ${message}`),
        },
      },
    );
    said.push(`exit status ${exitStatus}`);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const place = error.where === undefined ? '' : `${relative(tree, error.where.file)}: `;
    said.push(`error ${error.code} (${error.exitStatus}): ${place}${error.message}`);
  } finally {
    cwd.mockRestore();
  }
  return `${said.join('\n')}\n`;
}

async function readCase(home: string): Promise<Case> {
  const file = join(home, 'case.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Case) : {};
}

async function makeHistory(tree: string, tags: readonly string[]): Promise<void> {
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=J', '-c', 'user.email=j@example.org', ...args], {
      cwd: tree,
      env: { GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'All of it');
  for (const tag of tags) await git('tag', tag);
}

async function changedFiles(before: string, after: string): Promise<Map<string, Buffer>> {
  const original = await readTree(before);
  const changed = [...(await readTree(after))].filter(
    ([path, bytes]) => !path.startsWith('.git/') && original.get(path)?.equals(bytes) !== true,
  );
  return new Map(changed);
}

async function readTree(directory: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(relative(directory, file), await readFile(file));
  }
  return new Map([...files].sort());
}

function inLatin1(files: ReadonlyMap<string, Buffer>): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([path, bytes]) => [
      path,
      bytes.toString(path === 'messages' ? 'utf8' : 'latin1'),
    ]),
  );
}

async function rewrite(directory: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
