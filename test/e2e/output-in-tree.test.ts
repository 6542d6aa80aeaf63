import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import {
  call,
  dkmsDeb,
  dkmsDebLines,
  type Sandbox,
  sandboxTest as test,
} from '../support/sandbox.ts';

const [release = ''] = await installedKernels();

type Preparation = (sandbox: Sandbox, tree: string) => Promise<void>;

/** Results of the first run are tracked by nobody; the directory is. */
const inGit: Preparation = async (sandbox, tree) => {
  await mkdir(join(tree, 'out'));
  await writeFile(join(tree, 'out/.gitignore'), '*.buildinfo\n');
  const git = async (...args: string[]) => {
    const { exitStatus } = await call(sandbox, 'git', args, { cwd: tree });
    expect(exitStatus).toBe(0);
  };
  await git('init', '-q');
  await git('add', '.');
  await git('-c', 'user.name=e', '-c', 'user.email=e@example.org', 'commit', '-qm', 'hello');
};

const packaged: Preparation = async (sandbox, tree) => {
  await dkmsDebLines(sandbox, ['init', tree]);
};

test.for<[string, string, Preparation]>([
  ['a tree without git, into a directory that holds only results', 'build/out', async () => {}],
  ['a clone that has the directory', 'out', inGit],
  ['a tree with debian/, into the tree itself', '.', packaged],
])(
  'bug: what bmdeb wrote into the tree was source of the next run: %s',
  async ([, output, prepare], { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await prepare(sandbox, tree);
    const run = async () => {
      const args = ['bmdeb', '-k', release, '-o', output];
      const { stdout, stderr } = await dkmsDeb(sandbox, args, { cwd: tree });
      return { stderr, bytes: await readFile(stdout.trim()) };
    };
    const first = await run();
    expect(first.stderr).not.toContain('in the cache');
    const second = await run();
    expect(second.stderr).toContain('hello 1.0 is in the cache');
    expect(second.bytes.equals(first.bytes)).toBe(true);
  },
);
