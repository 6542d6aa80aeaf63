import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { COMMANDS } from '../support/commands.ts';
import { exampleDirectory } from '../support/example.ts';
import { expectFailure } from '../support/expect-failure.ts';
import { replaceLine } from '../support/replace-line.ts';
import { sandboxTest as test } from '../support/sandbox.ts';

/** What is wrong with hello's dkms.conf: a line takes the place of that directive's. */
const CONFS = [
  {
    wrong: 'PACKAGE_NAME missing',
    directive: 'PACKAGE_NAME',
    line: '',
    says: /dkms\.conf: the file sets no PACKAGE_NAME/,
    advises: /dkms-deb init --set PACKAGE_NAME=/,
  },
  {
    // What DKMS gets to see of a newline is a blank: the values are expanded twice.
    wrong: 'PACKAGE_NAME with a newline',
    directive: 'PACKAGE_NAME',
    line: "PACKAGE_NAME=$'he\\nllo'",
    says: /dkms\.conf:1: PACKAGE_NAME "he[^"]+llo" contains /,
    advises: /Set PACKAGE_NAME/,
  },
  {
    wrong: 'PACKAGE_NAME with a slash',
    directive: 'PACKAGE_NAME',
    line: 'PACKAGE_NAME="../hello"',
    says: /dkms\.conf:1: PACKAGE_NAME "\.\.\/hello" contains "\/"/,
    advises: /Set PACKAGE_NAME/,
  },
  {
    wrong: 'PACKAGE_NAME is ..',
    directive: 'PACKAGE_NAME',
    line: 'PACKAGE_NAME=".."',
    says: /dkms\.conf:1: PACKAGE_NAME "\.\." begins with "\."/,
    advises: /Set PACKAGE_NAME/,
  },
  {
    wrong: 'PACKAGE_NAME with a blank',
    directive: 'PACKAGE_NAME',
    line: 'PACKAGE_NAME="he llo"',
    says: /dkms\.conf:1: PACKAGE_NAME "he llo" contains " "/,
    advises: /Set PACKAGE_NAME/,
  },
  {
    wrong: 'PACKAGE_VERSION that no directory of kbuild may be called',
    directive: 'PACKAGE_VERSION',
    line: 'PACKAGE_VERSION="1:2.0"',
    says: /dkms\.conf:2: PACKAGE_VERSION "1:2\.0" contains ":", but kbuild cannot build in a directory with this character/,
    advises: /debian\/changelog may have one/,
  },
  {
    wrong: 'PACKAGE_VERSION with a blank',
    directive: 'PACKAGE_VERSION',
    line: 'PACKAGE_VERSION="1.0 beta"',
    says: /dkms\.conf:2: PACKAGE_VERSION "1\.0 beta" contains " "/,
    advises: /Set PACKAGE_VERSION/,
  },
] as const;

describe.each(COMMANDS)('dkms-deb %s', (_, args) => {
  test('without dkms.conf, and without a makefile to derive one from, the status is 4', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await rm(join(tree, 'dkms.conf'));
    await rm(join(tree, 'Makefile'));
    await expectFailure(sandbox, tree, {
      args: args(tree, sandbox.out),
      exitStatus: 4,
      says: /hello: there is no dkms\.conf/,
      advises: /Write a dkms\.conf/,
    });
  });

  for (const { wrong, directive, line, says, advises } of CONFS) {
    test(`${wrong} has status 8`, async ({ sandbox }) => {
      const tree = await exampleDirectory('hello', sandbox.directory);
      await replaceLine(join(tree, 'dkms.conf'), `${directive}=`, line);
      const failure = { args: args(tree, sandbox.out), exitStatus: 8, says, advises };
      await expectFailure(sandbox, tree, failure);
    });
  }
});
