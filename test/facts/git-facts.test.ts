import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGit } from '../../src/facts/git-facts.ts';
import { run } from '../../src/system/process/run.ts';
import { withEnvironment } from '../support/environment.ts';
import { tree } from '../support/facts.ts';

async function repository(): Promise<{ directory: string; env: Record<string, string> }> {
  const directory = await tree({
    'hello.c': 'x',
    'home/.gitconfig': '[user]\n\tname = Jane Doe\n',
  });
  const env = { HOME: join(directory, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.email=j@x.org', ...args], { cwd: directory, env });
  await git('init', '-q');
  await git('add', 'hello.c');
  await git('commit', '-qm', 'x');
  await git('tag', 'v1.2');
  await git('remote', 'add', 'origin', 'https://github.com/jane/hello.git');
  await git('config', 'user.email', 'jane@example.org');
  return { directory, env };
}

test('reads the configuration, the tag, and whether the directory is tracked', async () => {
  const { directory, env } = await repository();
  const facts = await readGit(directory, env);
  expect(facts.config.get('user.name')).toBe('Jane Doe');
  expect(facts.config.get('user.email')).toBe('jane@example.org');
  expect(facts.config.get('remote.origin.url')).toBe('https://github.com/jane/hello.git');
  expect(facts.tracked).toBe(true);
  expect(facts.describe).toBe('v1.2');

  const inside = join(directory, 'scratch');
  await mkdir(inside);
  expect(await readGit(inside, env)).toMatchObject({ tracked: false, describe: undefined });
});

test('bug: a driver with all files in folders had no tag and no remote', async () => {
  const { directory, env } = await repository();
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.email=j@x.org', ...args], { cwd: directory, env });
  const driver = join(directory, 'driver');
  await mkdir(join(driver, 'src'), { recursive: true });
  await mkdir(join(driver, 'debian'));
  await writeFile(join(driver, 'debian/control'), '');
  await git('add', 'driver');
  await git('commit', '-qm', 'packaging');
  expect(await readGit(driver, env)).toMatchObject({ tracked: false, describe: undefined });
  await writeFile(join(driver, 'src/foo.c'), '');
  await git('add', 'driver');
  await git('commit', '-qm', 'source');
  await git('tag', 'v1.3');
  expect(await readGit(driver, env)).toMatchObject({ tracked: true, describe: 'v1.3' });
});

test('without a repository, the user’s configuration is read', async () => {
  const directory = await tree({ 'home/.gitconfig': '[user]\n\tname = "Jane\\nDoe"\n' });
  const env = { HOME: join(directory, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  const facts = await readGit(directory, env);
  expect([...facts.config]).toEqual([['user.name', 'Jane\nDoe']]);
  expect(facts).toMatchObject({ tracked: false, describe: undefined });
});

test('no git program, no error', async () => {
  const directory = await tree({ 'hello.c': 'x' });
  const facts = await withEnvironment({ PATH: directory }, () => readGit(directory, {}));
  expect(facts).toMatchObject({ tracked: false, describe: undefined });
});

/** A branch that is merged, with a tag on the merge or on what it brought in; both have the same contents. */
test.each(['merge', 'branch'])(
  'the tag of a release that came by a merge: on the %s',
  async (on) => {
    const { directory, env } = await repository();
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.email=j@x.org', ...args], { cwd: directory, env });
    const { stdout: main } = await git('branch', '--show-current');
    await git('checkout', '-qb', 'release');
    await git('commit', '-qm', 'y', '--allow-empty');
    await run('bash', ['-c', 'echo y >hello.c'], { cwd: directory });
    await git('commit', '-qam', 'z');
    if (on === 'branch') await git('tag', 'v1.3');
    await git('checkout', '-q', main.trim());
    await git('merge', '-q', '--no-ff', '-m', 'merged', 'release');
    if (on === 'merge') await git('tag', 'v1.3');
    expect((await readGit(directory, env)).describe).toBe('v1.3');
  },
);
