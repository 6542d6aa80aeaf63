import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { commandsIn } from '../support/commands-in-text.ts';
import { exampleDirectory } from '../support/example.ts';
import { replaceLine } from '../support/replace-line.ts';
import {
  call,
  dkmsDeb,
  dkmsDebLines,
  type Sandbox,
  sandboxTest as test,
} from '../support/sandbox.ts';

interface Situation {
  readonly name: string;
  /** Puts the driver `hello` of the sandbox into the situation. */
  make(tree: string, sandbox: Sandbox): Promise<unknown>;
  /** The command that tells what is wrong. It is called in the directory above the tree, as the pasted one is. */
  readonly words: readonly string[];
  /** What it says then, and must not say any more after the command was pasted. */
  readonly trouble: RegExp;
  /** The command in its message. */
  readonly paste: string;
  /** What a person writes in the place of words in capitals. */
  readonly fill?: readonly [string, string];
}

const INIT = (tree: string, sandbox: Sandbox) => dkmsDebLines(sandbox, ['init', '-q', tree]);

/** Makes a git repository of the tree, with all its files in a commit. */
async function commitAll(tree: string, sandbox: Sandbox): Promise<void> {
  await git(tree, sandbox, 'init', '-q');
  await git(tree, sandbox, 'add', '--all');
  await git(tree, sandbox, 'commit', '-qm', 'all');
}

async function git(tree: string, sandbox: Sandbox, ...args: string[]): Promise<void> {
  const { exitStatus, output } = await call(sandbox, 'git', args, { cwd: tree, env: GIT });
  if (exitStatus !== 0) throw new Error(output);
}

/** A person may have allowed that submodules are fetched from paths; git's default is to refuse them. */
const GIT = {
  GIT_AUTHOR_NAME: 'x',
  GIT_AUTHOR_EMAIL: 'x@example.org',
  GIT_COMMITTER_NAME: 'x',
  GIT_COMMITTER_EMAIL: 'x@example.org',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
};

const SITUATIONS: readonly Situation[] = [
  {
    name: 'a dkms.conf without PACKAGE_NAME',
    make: (tree) => replaceLine(join(tree, 'dkms.conf'), 'PACKAGE_NAME', ''),
    words: ['build', 'hello'],
    trouble: /sets no PACKAGE_NAME/,
    paste: 'dkms-deb init --set PACKAGE_NAME=hello hello',
  },
  {
    name: 'a placeholder that nothing tells',
    make: (tree) =>
      replaceLine(join(tree, 'dkms.conf'), 'AUTOINSTALL', 'MAKE="make X=@DEVICE_NODE@"'),
    words: ['init', 'hello'],
    trouble: /no value found/,
    paste: 'dkms-deb init --set DEVICE_NODE=VALUE hello',
    fill: ['VALUE', '2.1'],
  },
  {
    name: 'debian/ without a changelog',
    make: async (tree, sandbox) => {
      await INIT(tree, sandbox);
      await rm(join(tree, 'debian/changelog'));
    },
    words: ['build', 'hello'],
    trouble: /debian\/changelog: the changelog cannot be read/,
    paste: 'dkms-deb init hello',
  },
  {
    name: 'debian/ without the dkms.conf of the package',
    make: async (tree, sandbox) => {
      await INIT(tree, sandbox);
      await rm(join(tree, 'debian/hello-dkms.dkms'));
    },
    words: ['build', 'hello'],
    trouble: /hello-dkms\.dkms is missing/,
    paste: 'dkms-deb init hello',
  },
  {
    name: 'a source file that is newer than the list of files',
    make: async (tree, sandbox) => {
      await INIT(tree, sandbox);
      await writeFile(join(tree, 'more.h'), '/* more */\n');
    },
    words: ['build', 'hello'],
    trouble: /install lacks source files/,
    paste: 'dkms-deb init hello',
  },
  {
    name: 'a submodule that is not checked out',
    make: async (tree, sandbox) => {
      const lib = join(sandbox.directory, 'lib');
      await mkdir(lib);
      await writeFile(join(lib, 'lib.h'), '/* lib */\n');
      await commitAll(lib, sandbox);
      const whole = join(sandbox.directory, 'whole');
      await rename(tree, whole);
      await commitAll(whole, sandbox);
      await git(whole, sandbox, 'submodule', 'add', '-q', lib, 'lib');
      await git(whole, sandbox, 'commit', '-qm', 'lib');
      await git(sandbox.directory, sandbox, 'clone', '-q', whole, tree);
    },
    words: ['init', 'hello'],
    trouble:
      /these git submodules are not packed, because they are not checked out, or git cannot read them: lib/,
    paste: 'git -C hello submodule update --init --recursive',
  },
  {
    name: 'a tracked file that was removed',
    make: async (tree, sandbox) => {
      await writeFile(join(tree, "it's.h"), '/* x */\n');
      await commitAll(tree, sandbox);
      await rm(join(tree, "it's.h"));
    },
    words: ['init', 'hello'],
    trouble: /in git, but missing on the disk/,
    paste: "git -C hello restore -- 'it'\\''s.h'",
  },
  {
    name: 'a source file that git does not know',
    make: async (tree, sandbox) => {
      await commitAll(tree, sandbox);
      await writeFile(join(tree, 'own.h'), '/* x */\n');
      await writeFile(
        join(tree, 'hello.c'),
        `#include "own.h"\n${await readFile(join(tree, 'hello.c'), 'utf8')}`,
      );
    },
    words: ['init', 'hello'],
    trouble: /not in git, but packed because the source names it: own\.h/,
    paste: 'git -C hello add --force -- own.h',
  },
  {
    name: 'a snapshot of a tree with changes',
    make: async (tree, sandbox) => {
      await commitAll(tree, sandbox);
      await writeFile(join(tree, 'hello.c'), '/* empty */\n');
    },
    words: ['build', '--snapshot', 'hello'],
    trouble: /the tree differs from its commit/,
    paste: 'git -C hello stash -u',
  },
  {
    name: 'a dkms.conf that is a link, and lint --fix',
    make: async (tree) => {
      await mkdir(join(tree, 'conf'));
      await replaceLine(join(tree, 'dkms.conf'), 'AUTOINSTALL', 'REMAKE_INITRD="yes"');
      await rename(join(tree, 'dkms.conf'), join(tree, 'conf/real.conf'));
      await symlink('conf/real.conf', join(tree, 'dkms.conf'));
    },
    words: ['lint', '--fix', 'hello'],
    trouble: /is a link, and --fix does not write through links/,
    paste: 'dkms-deb lint --fix hello/conf/real.conf',
  },
  {
    name: 'a file of debhelper that dkms-deb does not support',
    make: async (tree, sandbox) => {
      await INIT(tree, sandbox);
      await writeFile(join(tree, 'debian/hello-dkms.cron.d'), '* * * * * root true\n');
    },
    words: ['build', 'hello'],
    trouble: /error: .*does not support this file/,
    paste: 'dkms-deb init --rules dh hello',
  },
  {
    name: 'a debian/ that is out of date',
    make: async (tree, sandbox) => {
      await INIT(tree, sandbox);
      await replaceLine(join(tree, 'dkms.conf'), 'PACKAGE_VERSION', 'PACKAGE_VERSION="1.1"');
    },
    words: ['init', '--check', 'hello'],
    trouble: /debian\/ is out of date/,
    paste: 'dkms-deb init hello',
  },
  {
    name: 'a script that is not executable',
    make: async (tree) => {
      await replaceLine(
        join(tree, 'dkms.conf'),
        'AUTOINSTALL',
        'AUTOINSTALL=yes POST_BUILD=after.sh',
      );
      await writeFile(join(tree, 'after.sh'), '#!/bin/sh\n');
    },
    words: ['lint', 'hello'],
    trouble: /after\.sh is not executable/,
    paste: 'chmod +x hello/after.sh',
  },
  {
    name: 'a misspelt command',
    make: async () => {},
    words: ['biuld'],
    trouble: /unknown command/,
    paste: 'dkms-deb --help',
  },
];

test.for(SITUATIONS)(
  'what the message advises mends it: $name',
  // Each situation starts dkms-deb three times or four.
  { timeout: 400_000 },
  async (situation, { sandbox }) => {
    const { make, words, trouble, paste, fill = ['', ''] } = situation;
    const tree = await exampleDirectory('hello', sandbox.directory);
    await make(tree, sandbox);
    const before = await dkmsDeb(sandbox, [...words]);
    expect(before.output).toMatch(trouble);
    expect(commandsIn(before.output)).toContain(paste);

    const pasted = await call(sandbox, 'bash', ['-c', paste.replace(...fill)], { env: GIT });
    expect(pasted.exitStatus, pasted.output).toBe(0);
    if (words.length === 1) return;
    const after = await dkmsDeb(sandbox, [...words]);
    expect(after.output).not.toMatch(trouble);
    expect(after.exitStatus, after.output).toBe(0);
  },
);
