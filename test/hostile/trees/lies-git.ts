import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { HostileTree, TreeLie, TreeRandom } from './hostile-tree.ts';
import { NAME_LIES } from './lies-names.ts';

/** Files by which git knows a repository, and what users say to it. */
const FILES = [
  '.git/HEAD',
  '.git/config',
  '.git/index',
  '.git/info/exclude',
  '.git/info/attributes',
  '.git/packed-refs',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  'sub/.gitignore',
  'sub/.gitattributes',
  '.git/refs/heads/main',
  '.git/shallow',
  '.git/config.worktree',
  '.git/objects/info/alternates',
];

/** Settings that would have git run a program, or look elsewhere. */
const SETTINGS = [
  ['core.fsmonitor', 'PROGRAM'],
  ['core.hooksPath', 'OUTSIDE'],
  ['filter.evil.clean', 'PROGRAM'],
  ['filter.evil.smudge', 'PROGRAM'],
  ['filter.evil.process', 'PROGRAM'],
  ['diff.external', 'PROGRAM'],
  ['core.pager', 'PROGRAM'],
  ['core.sshCommand', 'PROGRAM'],
  ['gpg.program', 'PROGRAM'],
  ['core.worktree', '/'],
  ['core.bare', 'true'],
  ['core.excludesFile', '/dev/zero'],
  ['core.attributesFile', '/dev/zero'],
  ['include.path', '/dev/zero'],
  ['include.path', 'FIFO'],
  ['core.excludesFile', 'FIFO'],
  ['core.attributesFile', 'FIFO'],
  ['extensions.worktreeConfig', 'true'],
  ['core.repositoryFormatVersion', '99'],
  ['extensions.partialClone', 'origin'],
  ['core.precomposeUnicode', 'true'],
  ['core.ignoreCase', 'true'],
  ['core.quotePath', 'true'],
  ['core.abbrev', '4'],
  ['remote.origin.url', 'ext::PROGRAM'],
  ['remote.origin.url', 'https://user:password@host.example/a\u001b[31m/hostile.git'],
  ['log.showSignature', 'true'],
  ['i18n.logOutputEncoding', 'UTF-16'],
  ['user.name', 'A\u001b[31mPerson'],
] as const;

export const GIT_LIES: readonly TreeLie[] = [
  {
    kind: 'git: tracked files of odd names',
    tell(tree, random) {
      random.pick(NAME_LIES).tell(tree, random);
      tree.commit();
    },
  },
  {
    kind: 'git: untracked files of odd names',
    tell(tree, random) {
      tree.commit();
      random.pick(NAME_LIES).tell(tree, random);
    },
  },
  {
    kind: 'git: a file of its own that is no such file',
    tell(tree, random) {
      tree.commit();
      const name = random.pick(FILES);
      tree.culprits.push(name, '.git');
      spoil(tree, random, name);
    },
  },
  {
    kind: 'git: .git is something else',
    tell(tree, random) {
      tree.commit();
      tree.culprits.push('.git');
      tree.tool('mv', '.git', '../outside/git');
      random.pick([
        () => tree.write('.git', 'gitdir: ../outside/git\n'),
        () => tree.write('.git', 'gitdir: /nothing/there\n'),
        () => tree.write('.git', `gitdir: ${'x'.repeat(9000)}\n`),
        () => tree.write('.git', ''),
        () => mkdirSync(tree.path('.git')),
        () => symlinkSync('../outside/git', tree.path('.git')),
        () => symlinkSync('.git', tree.path('.git')),
        () => symlinkSync('.', tree.path('.git')),
        () => symlinkSync('/dev/zero', tree.path('.git')),
        () => tree.tool('mkfifo', '.git'),
        () => tree.tool('mv', '../outside/git/HEAD', '.'),
      ])();
    },
  },
  {
    kind: 'git: settings',
    tell(tree, random) {
      tree.write('.gitattributes', '*.c filter=evil diff=evil\n');
      tree.commit();
      const trap = `${tree.outside}/ran`;
      const program = `${tree.outside}/program`;
      writeFileSync(program, `#!/bin/sh\ntouch ${trap}\ncat\n`, { mode: 0o755 });
      mkdirSync(`${tree.outside}/hooks`);
      tree.tool('mkfifo', `${tree.outside}/fifo`);
      tree.traps.push(trap);
      tree.culprits.push('.git', 'git');
      for (let count = 1 + random.below(3); count > 0; count--) {
        const [key, value] = random.pick(SETTINGS);
        const said = value
          .replace('PROGRAM', program)
          .replace('OUTSIDE', `${tree.outside}/hooks`)
          .replace('FIFO', `${tree.outside}/fifo`);
        tree.git('config', key, said);
      }
    },
  },
];

/** Takes a file's place, or damages it. */
function spoil(tree: HostileTree, random: TreeRandom, name: string): void {
  const remove = () => rmSync(tree.path(name), { force: true });
  tree.tool('touch', name);
  random.pick([
    remove,
    () => {
      remove();
      tree.tool('mkfifo', name);
    },
    () => {
      remove();
      mkdirSync(tree.path(name));
    },
    () => {
      remove();
      symlinkSync(
        random.pick(['/dev/zero', '/nothing', name.split('/').at(-1) ?? '']),
        tree.path(name),
      );
    },
    () => tree.write(name, Buffer.from(Array.from({ length: 300 }, () => random.below(256)))),
    () => tree.write(name, ''),
    () => truncateSync(tree.path(name), random.pick([10, 5 * 1024 ** 3, 1024 ** 4])),
    () => appendFileSync(tree.path(name), '\x1b[31m\0\xff\n'.repeat(1 + random.below(3))),
    () => tree.write(name, 'x'.repeat(3_000_000)),
    () => {
      tree.withoutPrivileges = true;
      chmodSync(tree.path(name), 0);
    },
  ])();
}
