import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkOut, commitOfRef } from '../../../src/source/git-checkout.ts';
import { fetchGit } from '../../../src/system/git/fetch-git.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withEnvironment } from '../../support/environment.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-git-'));
afterAll(() => rmSync(directory, { recursive: true }));
const repository = join(directory, 'repository');
const mark = join(directory, 'mark');
const settings = {
  XDG_CACHE_HOME: join(directory, 'cache'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

function git(...args: string[]): string {
  const env = {
    ...{ ...process.env, ...settings },
    ...{
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@b.c',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@b.c',
    },
  };
  return execFileSync('git', ['-C', repository, ...args], { env })
    .toString()
    .trim();
}

mkdirSync(repository);
git('init', '-q', '-b', 'main');
writeFileSync(join(repository, 'file'), 'one\n');
git('add', '.');
git('commit', '-qm', 'one');
git('tag', '-a', '-m', 'x', 'v1');
const one = git('rev-parse', 'HEAD');
writeFileSync(join(repository, 'file'), 'two\n');
// Everything in a repository that could name a program.
writeFileSync(join(repository, '.gitattributes'), 'file filter=evil diff=evil\n');
for (const name of ['post-checkout', 'post-merge', 'pre-auto-gc']) {
  const hook = join(repository, '.git/hooks', name);
  mkdirSync(join(repository, '.git/hooks'), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ntouch ${mark}\n`);
  chmodSync(hook, 0o755);
}
git('add', '.');
git('commit', '-qm', 'two');
git('config', 'filter.evil.smudge', `sh -c 'touch ${mark}; cat'`);
const two = git('rev-parse', 'HEAD');

test('bug: errors about a repository named the password in its URL', async () => {
  await withEnvironment(settings, async () => {
    const url = 'http://user:secret@127.0.0.1:1/x.git';
    for (const error of [
      await errorOf(() => commitOfRef(url, 'main')),
      await errorOf(() => checkOut(url, one)),
    ]) {
      expect(error).toMatchObject({
        code: 'git-unreachable',
        message: 'git cannot read the repository http://127.0.0.1:1/x.git',
      });
      expect([error.hint, ...error.output].join(' ')).not.toContain('secret');
    }
    const ssh = await errorOf(() => commitOfRef('ssh://git:secret@127.0.0.1:1/x.git', 'main'));
    expect(ssh.message).toBe('git cannot read the repository ssh://git@127.0.0.1:1/x.git');
    const token = await errorOf(() => commitOfRef('https://se@cret@127.0.0.1:1/x.git', 'main'));
    expect(token.message).toBe('git cannot read the repository https://127.0.0.1:1/x.git');
  });
});

test('branches, tags and commits are found; a checkout of a commit is kept', async () => {
  await withEnvironment(settings, async () => {
    expect(await commitOfRef(repository, undefined)).toBe(two);
    expect(await commitOfRef(repository, 'main')).toBe(two);
    expect(await commitOfRef(`file://${repository}`, 'v1')).toBe(one);
    expect(await commitOfRef(repository, one)).toBe(one);
    const tree = await checkOut(repository, one);
    expect(readFileSync(join(tree, 'file'), 'utf8')).toBe('one\n');
    writeFileSync(join(tree, 'kept'), '');
    expect(await checkOut(repository, one)).toBe(tree);
    expect(existsSync(join(tree, 'kept'))).toBe(true);
    const other = await checkOut(repository, two);
    expect(readFileSync(join(other, 'file'), 'utf8')).toBe('two\n');
  });
  expect(existsSync(mark)).toBe(false);
});

test.for([
  ['an address that is an option', '--upload-pack=touch x', undefined, 'git-unreachable'],
  ['a transport that is a program', `ext::sh -c touch% ${mark}`, undefined, 'git-unreachable'],
  ['no repository', join(directory, 'none'), undefined, 'git-unreachable'],
  ['no such branch', repository, 'nothing', 'no-such-ref'],
  ['a branch that is an option', repository, '--exec=x', 'no-such-ref'],
] as const)('%s', async ([, url, ref, code]) => {
  const error = await withEnvironment(settings, () => errorOf(() => commitOfRef(url, ref)));
  expect(error.code).toBe(code);
  expect(existsSync(mark)).toBe(false);
});

test('a commit that the repository does not have leaves nothing in the cache', async () => {
  await withEnvironment(settings, async () => {
    const error = await errorOf(() => checkOut(repository, 'a'.repeat(40)));
    expect(error.code).toBe('no-such-ref');
    expect(existsSync(join(settings.XDG_CACHE_HOME, 'dkms-deb/git'))).toBe(true);
  });
});

/** Makes a repository with `file`, and adds `url` as its submodule `sub`. Returns its path and its commit. */
function repositoryWith(name: string, url: string | undefined): { path: string; commit: string } {
  const path = join(directory, name);
  mkdirSync(path);
  const own = (...args: string[]) => git('-C', path, ...args);
  own('init', '-q', '-b', 'main');
  writeFileSync(join(path, 'file'), `${name}\n`);
  if (url !== undefined) {
    own('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '--', url, 'sub');
  }
  own('add', '.');
  own('commit', '-qm', name);
  return { path, commit: own('rev-parse', 'HEAD') };
}

test('submodules are checked out, also those in submodules; one that cannot be fetched is an error', async () => {
  const inner = repositoryWith('inner', undefined);
  repositoryWith('middle', '../inner');
  const outer = repositoryWith('outer', '../middle');
  await withEnvironment(settings, async () => {
    const tree = await checkOut(outer.path, outer.commit);
    expect(readFileSync(join(tree, 'sub/file'), 'utf8')).toBe('middle\n');
    expect(readFileSync(join(tree, 'sub/sub/file'), 'utf8')).toBe('inner\n');
    rmSync(inner.path, { recursive: true });
    const cache = join(directory, 'other-cache');
    await withEnvironment({ XDG_CACHE_HOME: cache }, async () => {
      const error = await errorOf(() => checkOut(outer.path, outer.commit));
      expect(error.code).toBe('submodule-missing');
      expect(error.message).toContain('the submodule sub');
      expect(readdirSync(join(cache, 'dkms-deb/git'))).toEqual([]);
    });
  });
});

test('a submodule of a repository elsewhere cannot be a path of this machine', async () => {
  const tree = repositoryWith('secret', undefined);
  const stranger = repositoryWith('stranger', tree.path);
  await withEnvironment(settings, async () => {
    const checkout = await checkOut(stranger.path, stranger.commit);
    expect(existsSync(join(checkout, 'sub/file'))).toBe(true);
    const clone = ['clone', '-q', '--', stranger.path, join(directory, 'clone')];
    const options = { timeoutSeconds: 60 };
    await fetchGit(clone, options);
    const update = fetchGit(['submodule', '--quiet', 'update', '--init'], {
      ...options,
      cwd: join(directory, 'clone'),
      local: false,
    });
    await expect(update).rejects.toThrow();
    expect(existsSync(join(directory, 'clone/sub/file'))).toBe(false);
  });
});

// Bug: a full disk was told as a repository that cannot be read, or as a commit that it lacks.
test('a full disk is told as such', async () => {
  const programs = join(directory, 'programs');
  mkdirSync(programs);
  writeFileSync(
    join(programs, 'git'),
    '#!/bin/sh\ncase $1 in config) exit 1 ;; esac\necho "fatal: write error: No space left on device" >&2\nexit 128\n',
    { mode: 0o755 },
  );
  const full = withEnvironment({ ...settings, PATH: `${programs}:${process.env.PATH}` }, () =>
    checkOut(repository, 'f'.repeat(40)),
  );
  await expect(full).rejects.toMatchObject({ code: 'disk-full' });
});
