import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { viewOfGit } from '../../../src/dkms/source/git-view.ts';
import { listSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { readGit, readTags } from '../../../src/facts/git-facts.ts';
import { archiveCommit } from '../../../src/source/archive-commit.ts';
import { earlierResults } from '../../../src/source/earlier-results.ts';
import { takeExpandedFiles } from '../../../src/source/export-subst.ts';
import { findUpstreamCommit } from '../../../src/source/orig-from-git.ts';
import { headCommit, refuseUncommitted } from '../../../src/source/snapshot.ts';
import { askGit } from '../../../src/system/git/run-git.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { withShortChildren } from '../../../src/system/process/limits.ts';
import { run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';

/** Settings of a .git/config that name a program. PROGRAM writes a file with the number of its line. */
const TRAPS = `
[core]
	fsmonitor = PROGRAM
	hooksPath = HOOKS
	pager = PROGRAM
	editor = PROGRAM
	sshCommand = PROGRAM
	askPass = PROGRAM
	alternateRefsCommand = PROGRAM
	attributesFile = ATTRIBUTES
[pager]
	log = PROGRAM
	diff = true
	config = PROGRAM
[log]
	showSignature = true
[gpg]
	program = PROGRAM
[gpg "ssh"]
	program = PROGRAM
	defaultKeyCommand = PROGRAM
[diff]
	external = PROGRAM
[diff "trap"]
	command = PROGRAM
	textconv = PROGRAM
[filter "trap"]
	clean = PROGRAM
	smudge = PROGRAM
	process = PROGRAM
	required = true
[filter "a=b c"]
	clean = PROGRAM
	smudge = PROGRAM
[tar "tar"]
	command = PROGRAM
[credential]
	helper = !PROGRAM
[remote "origin"]
	url = ext::PROGRAM
	uploadpack = PROGRAM
	promisor = true
	partialCloneFilter = blob:none
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[extensions]
	partialClone = origin
[alias]
	ls-files = !PROGRAM
	log = !PROGRAM
[trailer "x"]
	command = PROGRAM
[include]
	path = included
`;

async function trappedTree(parent: string): Promise<{ tree: string; caught: string }> {
  const tree = join(parent, 'tree');
  const caught = join(parent, 'caught');
  const program = join(parent, 'program.sh');
  await mkdir(join(tree, 'src'), { recursive: true });
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >>${caught}\ncat 2>/dev/null\n`);
  await chmod(program, 0o755);
  await writeFile(join(tree, 'a.c'), 'int a;\n');
  await writeFile(join(tree, 'src/b.c'), '/* $Format:%H$ */\n');
  await writeFile(join(tree, 'c.c'), 'int c;\n');
  await writeFile(
    join(tree, '.gitattributes'),
    'a.c filter=trap diff=trap\nsrc/b.c export-subst\nc.c filter=included\n',
  );
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=J', '-c', 'user.email=j@example.org', ...args], { cwd: tree });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-qm', 'one');
  // A signature for log.showSignature, and a missing object.
  const commit = (await git('cat-file', 'commit', 'HEAD')).stdout.replace(
    '\n\n',
    '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n eA==\n -----END PGP SIGNATURE-----\n\n',
  );
  const signed = await run('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
    cwd: tree,
    input: commit,
  });
  await git('reset', '-q', '--soft', signed.stdout.trim());
  await git('tag', 'v1.0');
  const hooks = join(parent, 'hooks');
  await mkdir(hooks);
  for (const name of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman']) {
    await writeFile(join(hooks, name), await readFile(program), { mode: 0o755 });
  }
  const text = TRAPS.replaceAll('PROGRAM', program)
    .replace('HOOKS', hooks)
    .replace('ATTRIBUTES', join(parent, 'attributes'));
  await writeFile(join(parent, 'attributes'), '* filter=a=b diff=trap\n');
  await appendFile(join(tree, '.git/config'), text);
  await appendFile(join(tree, '.git/config'), '[core]\n\trepositoryformatversion = 1\n');
  await writeFile(
    join(tree, '.git/included'),
    `[filter "included"]\n\tclean = ${program}\n\tsmudge = ${program}\n[core]\n\tfsmonitor = ${program}\n`,
  );
  return { tree, caught };
}

test("git runs no program that the tree's configuration names", async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const { tree, caught } = await trappedTree(parent);
    // Proves that the traps work: plain git runs some of them.
    await run('git', ['-C', tree, 'status'], { accept: [0, 1, 128] });
    await run('git', ['-C', tree, 'archive', '-o', join(parent, 'x.tar'), 'HEAD'], {
      accept: [0, 1, 128],
    });
    expect(existsSync(caught)).toBe(true);
    await rm(caught);

    const view = await viewOfGit(tree);
    expect([...(view?.tracked ?? [])]).toContain('a.c');
    const entries = await listSourceTree(tree);
    expect((await readGit(tree)).describe).toBe('v1.0');
    expect(await readTags(tree)).toBeDefined();
    const commit = await headCommit(tree);
    expect(commit?.hash).toMatch(/^[0-9a-f]{40}$/);
    await refuseUncommitted(tree, entries);
    const tag = await findUpstreamCommit(tree, '1.0', ['x']);
    expect(tag?.label).toBe('tag v1.0');
    const tarball = join(parent, 'x_1.0.orig.tar.xz');
    await archiveCommit(tree, { hash: commit?.hash ?? '', label: 'x' }, 'x-1.0', tarball);
    const { stdout } = await run('tar', ['-xOf', tarball, 'x-1.0/a.c']);
    expect(stdout).toBe('int a;\n');
    await takeExpandedFiles(tree, tree, tarball);
    await earlierResults(tree, join(tree, 'src'));

    // A missing object is not fetched.
    const [blob = ''] = (await run('git', ['-C', tree, 'rev-parse', 'HEAD:c.c'])).stdout.split(
      '\n',
    );
    await rm(join(tree, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    await expect(
      archiveCommit(tree, { hash: commit?.hash ?? '', label: 'x' }, 'x-1.0', tarball),
    ).rejects.toMatchObject({ code: 'tool-failed' });
    expect(existsSync(caught) ? await readFile(caught, 'utf8') : '').toBe('');
  });
});

// Bug: a time-out of the first call, git config, was no git-unreadable, so callers took it for "not in a repository".
test('a configuration that git never finishes reading is told', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await run('git', ['init', '-q', tree]);
    await run('mkfifo', [join(tree, 'endless')]);
    await appendFile(join(tree, '.git/config'), `[include]\n\tpath = ${join(tree, 'endless')}\n`);
    for (const args of [['diff', '--name-only'], ['ls-files']]) {
      const asked = withShortChildren(1, () => askGit(tree, args));
      await expect(asked).rejects.toMatchObject({ code: 'git-unreadable' });
    }
  });
});

test('only run-git.ts and fetch-git.ts call git', async () => {
  const callers = ['system/git/run-git.ts', 'system/git/fetch-git.ts'];
  for (const name of await readdir(join(PROJECT, 'src'), { recursive: true })) {
    if (!name.endsWith('.ts') || callers.includes(name)) continue;
    const text = await readFile(join(PROJECT, 'src', name), 'utf8');
    expect(text, name).not.toMatch(/\brun\(\s*'git'/);
  }
});
