import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { DKMS_DEB } from '../support/project.ts';
import { dkmsDeb, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { converse, type Turn } from '../support/terminal.ts';

const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** Runs init on a terminal, with an environment that names no maintainer. */
function initOn({ env, directory }: Sandbox, args: readonly string[], turns: readonly Turn[]) {
  const nobody = { ...env, DEBFULLNAME: '', DEBEMAIL: '' };
  return converse([DKMS_DEB, 'init', ...args], turns, { cwd: directory, env: nobody });
}

/** A tree with two dkms.conf files. */
async function twoConfs({ directory }: Sandbox): Promise<string> {
  const tree = join(directory, 'two');
  for (const name of ['one', 'other']) {
    await mkdir(join(tree, name), { recursive: true });
    await writeFile(join(tree, name, 'Makefile'), `obj-m := ${name}.o\n`);
    await writeFile(
      join(tree, name, `${name}.c`),
      '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n',
    );
    const conf = `PACKAGE_NAME=${name}\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME=${name}\nDEST_MODULE_LOCATION=/updates\n`;
    await writeFile(join(tree, name, 'dkms.conf'), conf);
  }
  return tree;
}

const control = (tree: string) => readFile(join(tree, 'debian/control'), 'utf8');

test('init asks for the maintainer until the answer is valid', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const { exitStatus, shown } = await initOn(
    sandbox,
    [tree],
    [
      [/Maintainer .*: $/, `Jane${ENTER}`],
      [/Write it like [\s\S]*: $/, `Jane Doe <jane@example.org>${ENTER}`],
    ],
  );
  expect(exitStatus, shown).toBe(0);
  expect(await control(tree)).toContain('Maintainer: Jane Doe <jane@example.org>');
  expect(shown).toContain('debian/.dkms-deb.json');
});

test('init asks which of several dkms.conf files to use, and proposes the first one', async ({
  sandbox,
}) => {
  const tree = await twoConfs(sandbox);
  const { exitStatus, shown } = await initOn(
    sandbox,
    [tree],
    [
      [/number\) \[1\]: $/, `7${ENTER}`],
      [/from 1 to 2[\s\S]*: $/, `2${ENTER}`],
      [/Maintainer .*: $/, ENTER],
    ],
  );
  expect(exitStatus, shown).toBe(0);
  expect(await control(tree)).toContain('Package: other-dkms');
  expect(await control(tree)).toContain('FIXME');
});

test('bug: of answers that are pasted at once, only the first was taken', async ({ sandbox }) => {
  const tree = await twoConfs(sandbox);
  const { exitStatus, shown } = await initOn(
    sandbox,
    [tree],
    [[/number\) \[1\]: $/, `2${ENTER}Jane Doe <jane@example.org>${ENTER}`]],
  );
  expect(exitStatus, shown).toBe(0);
  expect(await control(tree)).toContain('Package: other-dkms');
  expect(await control(tree)).toContain('Maintainer: Jane Doe <jane@example.org>');
});

test.for([
  ['Ctrl-C', CTRL_C, 130],
  ['Ctrl-D', CTRL_D, 1],
] as const)('%s at a question writes nothing', async ([, key, status], { sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const { exitStatus, shown } = await initOn(sandbox, [tree], [[/Maintainer .*: $/, key]]);
  expect(exitStatus, shown).toBe(status);
  expect(existsSync(join(tree, 'debian'))).toBe(false);
});

test('with --yes, or without a terminal, init asks nothing and uses its guesses', async ({
  sandbox,
}) => {
  const tree = await twoConfs(sandbox);
  const { exitStatus, shown } = await initOn(sandbox, ['--yes', tree], []);
  expect(exitStatus, shown).toBe(0);
  expect(await control(tree)).toContain('Package: one-dkms');
  const piped = await dkmsDeb(sandbox, ['init', await exampleDirectory('duo', sandbox.directory)], {
    env: { DEBFULLNAME: '', DEBEMAIL: '' },
  });
  expect(piped.exitStatus, piped.stderr).toBe(0);
  expect(piped.stderr).toContain('FIXME the maintainer');
});

test('in a CI, init asks nothing, also on a terminal', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const ci = { ...sandbox, env: { ...sandbox.env, CI: 'true' } };
  const { exitStatus, shown } = await initOn(ci, [tree], []);
  expect(exitStatus, shown).toBe(0);
});
