import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ownerMark } from '../../src/system/process/leftovers.ts';
import { run } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../support/example.ts';
import { DKMS_DEB } from '../support/project.ts';
import { Random } from '../support/random.ts';
import { dkmsDeb, dkmsDebLines, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

test.for(['init', 'build', 'info'])(
  'bug: what a killed init left in the tree was source of the next run: %s',
  async (command, { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    // Of a process of this host that is no more: pid 1 began at another time.
    const mark = ownerMark().replace(/^\d+\.[0-9a-z]+/, '1.zzzzzz');
    const left = `.debian-${mark}-AbCdEf`;
    await mkdir(join(tree, left));
    await writeFile(join(tree, left, 'control'), `Source: ${hostname()}\n`);
    const args = command === 'build' ? ['build', '-o', sandbox.out, tree] : [command, tree];
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus, result.stderr).toBe(0);
    expect(await readdir(tree)).not.toContain(left);
    if (command !== 'build') return;
    const deb = result.stdout.split('\n')[0] ?? '';
    expect((await run('dpkg-deb', ['-c', deb])).stdout).not.toContain('.debian-');
  },
);

/** Each file of a tree with its contents, .git apart. */
async function contentsOf(tree: string): Promise<Record<string, string>> {
  const paths = await readdir(tree, { recursive: true, withFileTypes: true });
  const files = paths
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes('/.git/'))
    .sort();
  return Object.fromEntries(
    await Promise.all(
      files.map(async (path) => [path.slice(tree.length + 1), await readFile(path, 'latin1')]),
    ),
  );
}

/** SIGKILL after so many milliseconds, or `wait` after its half-done work is seen; whether before the end. */
async function killInit(
  sandbox: Sandbox,
  tree: string,
  moment: { after: number } | { wait: number },
): Promise<boolean> {
  const child = spawn(DKMS_DEB, ['init', tree], {
    env: { ...sandbox.env, ...EPOCH },
    stdio: 'ignore',
  });
  const kill = () => child.kill('SIGKILL');
  const exit = new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
  const places = [tree, join(tree, '.git')];
  const isSeen = () =>
    places.some((place) => existsSync(place) && readdirSync(place).some((one) => HALF.test(one)));
  const timer =
    'after' in moment
      ? setTimeout(kill, moment.after)
      : setInterval(() => isSeen() && setTimeout(kill, moment.wait), 1);
  const signal = await exit;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

const HALF = /^\.debian-/;
const EPOCH = { SOURCE_DATE_EPOCH: '1700000000' };
const KILLS = Number(process.env.DKMS_DEB_KILLS ?? 8);

test('after a kill -9 at any moment, the next init writes the same files as one that was not killed', async ({
  sandbox,
}) => {
  const random = new Random(11);
  const plain = await exampleDirectory('hello', sandbox.directory);
  const git = join(sandbox.directory, 'git');
  await cp(plain, git, { recursive: true });
  const commit = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-qm', 'one'];
  for (const args of [['init', '-q'], ['add', '.'], commit]) await run('git', ['-C', git, ...args]);
  // Of an earlier version: what is there is brought up to date, file by file.
  const older = join(sandbox.directory, 'older');
  await cp(plain, older, { recursive: true });
  await dkmsDebLines(sandbox, ['init', older], { env: EPOCH });
  const conf = join(older, 'dkms.conf');
  await writeFile(conf, (await readFile(conf, 'utf8')).replace(/1\.0/g, '1.1'));

  const tree = join(sandbox.directory, 'tree');
  let killed = 0;
  for (let i = 0; i < KILLS; i++) {
    const origin = [plain, git, older][i % 3] ?? plain;
    const fresh = async () => {
      await rm(tree, { recursive: true, force: true });
      await cp(origin, tree, { recursive: true, preserveTimestamps: true });
    };
    const init = () => dkmsDebLines(sandbox, ['init', tree], { env: EPOCH });
    await fresh();
    const begin = performance.now();
    await init();
    const whole = performance.now() - begin;
    const wanted = await contentsOf(tree);
    await fresh();
    // Half of the kills come while files are written, which takes a small part of the time.
    const moment = i % 2 ? { after: whole * random.next() } : { wait: random.below(4) };
    if (await killInit(sandbox, tree, moment)) killed++;
    await init();
    expect(await contentsOf(tree), `kill ${i}, ${JSON.stringify(moment)}`).toEqual(wanted);
    const left = [await readdir(tree), await readdir(join(tree, '.git')).catch(() => [])].flat();
    expect(left.filter((name) => HALF.test(name))).toEqual([]);
  }
  expect(killed).toBeGreaterThan(0);
});
