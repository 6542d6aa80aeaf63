import { execFileSync } from 'node:child_process';
import { append, type ConfLie, write } from './lie.ts';
import type { HostileTree } from './tree.ts';

/** Settings of a tree's own .git/config that name a program; RUN is the one that must not run. */
const SETTINGS: Readonly<Record<string, string>> = {
  'core.fsmonitor': '[core]\n\tfsmonitor = RUN',
  'core.hooksPath': '[core]\n\thooksPath = OUTSIDE',
  'core.pager': '[core]\n\tpager = RUN\n[pager]\n\tlog = RUN\n\tstatus = RUN\n\ttag = RUN',
  'core.sshCommand':
    '[core]\n\tsshCommand = RUN\n[remote "origin"]\n\turl = ssh://example.invalid/x\n\tpromisor = true\n\tpartialclonefilter = blob:none\n[extensions]\n\tpartialClone = origin',
  'core.gitProxy':
    '[core]\n\tgitProxy = RUN\n[remote "origin"]\n\turl = git://example.invalid/x\n\tpromisor = true',
  'core.editor': '[core]\n\teditor = RUN\n\taskPass = RUN\n[sequence]\n\teditor = RUN',
  'core.alternateRefsCommand': '[core]\n\talternateRefsCommand = RUN',
  'remote ext::':
    '[remote "origin"]\n\turl = ext::RUN\n\tpromisor = true\n[protocol "ext"]\n\tallow = always',
  filters: '[filter "x"]\n\tclean = RUN\n\tsmudge = RUN\n\trequired = true',
  'filter process': '[filter "x"]\n\tprocess = RUN\n\trequired = true',
  'diff.external': '[diff]\n\texternal = RUN',
  textconv: '[diff "x"]\n\ttextconv = RUN\n\tcommand = RUN',
  'merge driver': '[merge "x"]\n\tdriver = RUN',
  include: '[include]\n\tpath = OUTSIDE/git-config',
  includeIf: '[includeIf "gitdir:/"]\n\tpath = OUTSIDE/git-config',
  'credential.helper': '[credential]\n\thelper = !RUN',
  'gpg.program':
    '[gpg]\n\tprogram = RUN\n[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[log]\n\tshowSignature = true',
  'tar command':
    '[tar "tar.xz"]\n\tcommand = RUN\n[tar "tar.gz"]\n\tcommand = RUN\n[tar "tar"]\n\tcommand = RUN',
  'alias of a command':
    '[alias]\n\tls-files = !RUN\n\tstatus = !RUN\n\tlog = !RUN\n\tdescribe = !RUN\n\trev-parse = !RUN',
  'core.worktree': '[core]\n\tworktree = OUTSIDE',
  'uploadpack hook': '[uploadpack]\n\tpackObjectsHook = RUN',
  'submodule update':
    '[submodule "x"]\n\tupdate = !RUN\n\turl = ext::RUN\n\tactive = true\n[submodule]\n\trecurse = true',
  'broken syntax': '[core\n\tfsmonitor = RUN',
  'a control character in a name':
    '[user]\n\tname = "A\u001b]0;x\u0007\u202en\u009b31m"\n\temail = "a\u001b[2J@example.org"\n[remote "origin"]\n\turl = https://example.org/\u001b[31m\u202ex.git',
  'a huge value': `[user]\n\tname = ${'x'.repeat(200_000)}\n\temail = x@example.org`,
  'a user that is a field':
    '[user]\n\tname = "A\\nEssential: yes\\n"\n\temail = "a@example.org>\\n\\nPackage: evil"',
};

/** A repository that is odd by its files. */
const FILES: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'hooks of all names': (tree) => {
    for (const hook of [
      'post-checkout',
      'post-index-change',
      'reference-transaction',
      'pre-commit',
      'fsmonitor-watchman',
    ]) {
      tree.files.set(`.git/hooks/${hook}`, { text: runner(tree), mode: 0o755 });
    }
  },
  '.git that leads out': (tree) => {
    tree.files.delete('.git/config');
    write(tree, '.git', `gitdir: ${tree.outsideDirectory}/repository\n`);
  },
  'a fifo in place of HEAD': (tree) => void tree.files.set('.git/HEAD', { special: 'fifo' }),
  'a fifo in place of config': (tree) => void tree.files.set('.git/config', { special: 'fifo' }),
  'a fifo in place of the index': (tree) => void tree.files.set('.git/index', { special: 'fifo' }),
  'a device in place of packed-refs': (tree) =>
    void tree.files.set('.git/packed-refs', { link: '/dev/zero' }),
  'a huge index': (tree) => void tree.files.set('.git/index', { sparse: 700 * 1024 * 1024 }),
  'a fifo in place of .gitattributes': (tree) =>
    void tree.files.set('.gitattributes', { special: 'fifo' }),
  'a fifo in place of info/exclude': (tree) =>
    void tree.files.set('.git/info/exclude', { special: 'fifo' }),
  'a catastrophic .gitignore': (tree) => {
    append(tree, '.gitignore', `${'*a'.repeat(60)}*b\n${'**/'.repeat(40)}x\n`);
    for (let i = 0; i < 20; i++) write(tree, `${'a'.repeat(200)}${i}`, '');
  },
};

export const GIT_LIES: readonly ConfLie[] = [
  ...Object.entries(SETTINGS).map(
    ([which, text], i): ConfLie => ({
      kind: `git repository: ${which}`,
      withDebian: i % 2 === 0,
      tell: (tree) => {
        repository(tree);
        const run = `${tree.outsideDirectory}/run`;
        append(
          tree,
          '.git/config',
          `${text.replaceAll('RUN', run).replaceAll('OUTSIDE', tree.outsideDirectory)}\n`,
        );
        write(tree, '.gitattributes', '* filter=x diff=x merge=x\n');
      },
    }),
  ),
  ...Object.entries(FILES).map(
    ([which, change], i): ConfLie => ({
      kind: `git repository: ${which}`,
      withDebian: i % 2 === 1,
      tell: (tree) => {
        repository(tree);
        change(tree);
      },
    }),
  ),
];

function runner(tree: HostileTree): string {
  return `#!/bin/sh\nexec ${tree.outsideDirectory}/run\n`;
}

/** Its own settings go before; git itself makes the rest when the tree is laid out. */
function repository(tree: HostileTree): void {
  write(tree, '.git/config', '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
}

/** Puts a laid out tree into a repository, with a configuration that is nobody's. */
export function commitTree(directory: string): void {
  const settings = ['core.fsmonitor=false', 'user.name=A', 'user.email=a@example.org'];
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) =>
    execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
      cwd: directory,
      env,
      stdio: 'ignore',
    });
  git('init', '-q', '-b', 'main', '.');
  git('add', '-A');
  git('commit', '-qm', 'Begin', '--no-verify', '--allow-empty');
}
