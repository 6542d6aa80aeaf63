import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { HostileTree, TreeLie } from './hostile-tree.ts';

/** What git says of a tree and what lies there. */
export const REPOSITORY_LIES: readonly TreeLie[] = [
  {
    kind: 'git: a repository in it',
    tell(tree, random) {
      const tag = tree.tag();
      if (random.below(2) === 0) tree.commit();
      mkdirSync(tree.path(tag));
      tree.write(`${tag}/inner.h`);
      tree.tool('git', 'init', '-q', tag);
      if (random.below(2) === 0) {
        tree.git('-C', tag, 'add', '-A');
        tree.git('-C', tag, 'commit', '-q', '-m', 'inner');
      }
      // As a submodule that .gitmodules does not name.
      if (random.below(2) === 0) tree.git('add', '-A');
    },
  },
  {
    kind: 'git: submodules',
    tell(tree, random) {
      const tag = tree.tag();
      const origin = `${tree.outside}/origin`;
      mkdirSync(origin);
      writeFileSync(`${origin}/inner.h`, '/* inner */\n');
      tree.tool('git', 'init', '-q', origin);
      tree.git('-C', origin, 'add', '-A');
      tree.git('-C', origin, 'commit', '-q', '-m', 'inner');
      tree.commit();
      tree.git('submodule', '--quiet', 'add', origin, tag);
      tree.git('commit', '-q', '-m', 'with a submodule');
      random.pick([
        () => {},
        () => tree.tool('git', 'submodule', '--quiet', 'deinit', '-f', tag),
        () => tree.tool('rm', '-rf', tag),
        () => tree.write(`${tag}/.git`, 'gitdir: ../.git\n'),
        () => tree.write(`${tag}/.git`, 'gitdir: nowhere\n'),
        () => {
          tree.tool('rm', '-rf', tag);
          symlinkSync('.', tree.path(tag));
        },
        () => {
          tree.tool('rm', '-rf', tag);
          tree.write(tag, 'no directory\n');
        },
        () =>
          tree.write(
            '.gitmodules',
            `[submodule "../../x"]\n\tpath = ../outside\n\turl = ${origin}\n`,
          ),
        () => tree.write(`${tag}/untracked.h`),
      ])();
    },
  },
  {
    kind: 'git: the index and the disk differ',
    tell(tree, random) {
      const tag = tree.tag();
      tree.write(`${tag}.h`);
      mkdirSync(tree.path(`sub/${tag}d`));
      tree.write(`sub/${tag}d/inner.h`);
      tree.commit();
      random.pick([
        () => rmSync(tree.path(`${tag}.h`)),
        () => tree.tool('rm', '-rf', `sub/${tag}d`),
        () => {
          rmSync(tree.path(`${tag}.h`));
          mkdirSync(tree.path(`${tag}.h`));
          tree.write(`${tag}.h/inner.h`);
        },
        () => {
          tree.tool('mv', `sub/${tag}d`, '../outside/moved');
          symlinkSync('../../outside/moved', tree.path(`sub/${tag}d`));
        },
        () => {
          rmSync(tree.path(`${tag}.h`));
          tree.tool('mkfifo', `${tag}.h`);
        },
        () => {
          tree.tool('rm', '-rf', `sub/${tag}d`);
          tree.write(`sub/${tag}d`, 'no directory\n');
        },
        () => tree.git('update-index', '--skip-worktree', `${tag}.h`),
        () => tree.git('rm', '-q', '--cached', `${tag}.h`),
        () =>
          tree.git(
            'update-index',
            '--add',
            '--cacheinfo',
            `100644,e69de29bb2d1d6434b8b29ae775ad8c2e48c5391,${tag}-not-there.h`,
          ),
        () =>
          tree.git(
            'update-index',
            '--add',
            '--cacheinfo',
            `160000,e69de29bb2d1d6434b8b29ae775ad8c2e48c5391,${tag}-sub`,
          ),
        () => conflict(tree, tag),
        () => tree.git('rm', '-r', '-q', '--cached', '.'),
        () => {
          tree.git('rm', '-q', '--cached', 'Makefile', 'hostile.c');
          tree.write('.gitignore', '*\n');
          tree.culprits.push('Makefile');
        },
      ])();
    },
  },
  {
    kind: 'git: attributes and ignored files',
    tell(tree, random) {
      const tag = tree.tag();
      tree.write(`${tag}.h`);
      const pattern = random.pick([
        `${tag}.h`,
        '*',
        '**',
        '/',
        '[',
        '\\',
        `"${tag}.h"`,
        '!*',
        'sub',
        'sub/',
        '*/',
        '\xff',
        '#',
        ' ',
        'dkms.conf',
      ]);
      const said = random.pick([
        'export-ignore',
        'export-subst',
        '-export-ignore',
        'export-ignore=x',
        '!export-ignore',
        'filter=lfs',
        'text eol=crlf',
      ]);
      if (random.below(2) === 0) tree.write('.gitattributes', `${pattern} ${said}\n`);
      else tree.write('.gitignore', `${pattern}\n`);
      if (random.below(2) === 0) tree.commit();
      else {
        tree.git('init', '-q');
        tree.git('add', '.');
        tree.git('commit', '-q', '-m', 'what is not ignored');
      }
      // What such a pattern says is left out.
      tree.silent.push(/./);
      tree.culprits.push('.gitattributes', '.gitignore', 'dkms.conf', tree.directory);
    },
  },
  {
    kind: 'git: a tree in a repository of another',
    tell(tree, random) {
      tree.write('../outside/other.c', 'int x;\n');
      tree.culprits.push(tree.directory);
      tree.tool('git', 'init', '-q', '..');
      if (random.below(2) === 0) tree.git('add', '-A');
      if (random.below(2) === 0)
        tree.tool('chown', '-R', '65534', random.pick(['../.git', '.', '..']));
    },
  },
];

/** The three stages of a merge that somebody has to finish. */
function conflict(tree: HostileTree, tag: string): void {
  tree.git('checkout', '-q', '-b', 'other');
  tree.write(`${tag}.h`, 'theirs\n');
  tree.git('commit', '-q', '-a', '-m', 'theirs');
  tree.git('checkout', '-q', 'main');
  tree.write(`${tag}.h`, 'ours\n');
  tree.git('commit', '-q', '-a', '-m', 'ours');
  tree.git('merge', '-q', 'other');
}
