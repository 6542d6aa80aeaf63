import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { installedKernels } from '../support/kernels.ts';
import { dkmsDeb, dkmsDebLines, makeSandbox, type Sandbox } from '../support/sandbox.ts';
import { Canary } from './canaries.ts';
import {
  BUILD_HOOKS,
  GIT_HOOKS,
  GIT_PROGRAMS,
  MAINTAINER_SCRIPTS,
  makeTree,
  OTHER_HOOKS,
  PROGRAMS,
  type Variant,
} from './canary-trees.ts';
import { type Column, securityTable } from './security-tables.ts';

const [RELEASE = ''] = await installedKernels();

/** The columns of the table about trees: how the command is called. */
const ON_TREES: Readonly<Record<string, readonly string[]>> = {
  init: ['init'],
  build: ['build', '-o', 'OUT'],
  rpm: ['rpm', '-o', 'OUT'],
  bmdeb: ['bmdeb', '--no-cache', '-k', RELEASE, '-o', 'OUT'],
  info: ['info'],
  lint: ['lint'],
  'lint --fix': ['lint', '--fix'],
  'lint --no-evaluate': ['lint', '--no-evaluate'],
};

const OTHER_COMMANDS = 'POST_ADD, PRE_INSTALL, POST_INSTALL, POST_REMOVE, CLEAN';

/** Its rows: which tree has them, and what its programs sing. */
const IN_TREES: Readonly<Record<string, readonly [Variant, ...string[]]>> = {
  'dkms.conf': ['plain', 'dkms.conf'],
  '$(shell …) of makefiles': ['plain', 'makefile'],
  'recipes that make -n runs (+)': ['plain', 'recipe+'],
  'other recipes': ['plain', 'recipe'],
  'makefiles and recipes, without a dkms.conf': ['without-conf', 'makefile', 'recipe', 'recipe+'],
  MAKE: ['known-debian', 'MAKE'],
  'PRE_BUILD, POST_BUILD': ['plain', ...BUILD_HOOKS],
  [OTHER_COMMANDS]: ['plain', ...OTHER_HOOKS, 'CLEAN'],
  'commands in patches': ['patched', 'patch'],
  "debian/rules with commands of its own, debhelper's lists that may be executed": [
    'own-rules',
    'rules',
    'list',
  ],
  'maintainer scripts, debian/watch': ['known-debian', ...MAINTAINER_SCRIPTS, 'watch'],
  'what .git/config names, git hooks': ['plain', ...GIT_PROGRAMS, ...GIT_HOOKS],
  'other programs in it: configure, autogen.sh, its own make or git': ['plain', ...PROGRAMS],
  'a spec of your own in rpm/': ['own-spec', 'spec', 'macro'],
};

/** The same of the table about packages. */
const ON_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  info: ['info'],
  bmdeb: ['bmdeb', '--no-cache', '-k', RELEASE, '-o', 'OUT'],
  verify: ['verify'],
  'verify --evaluate': ['verify', '--evaluate'],
  'bmdeb-sign': ['bmdeb-sign', '--request', 'OUT'],
};

const IN_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'dkms.conf': ['dkms.conf'],
  'makefiles, recipes, MAKE, PRE_BUILD, POST_BUILD': [
    ...['makefile', 'recipe', 'recipe+', 'MAKE'],
    ...BUILD_HOOKS,
  ],
  [OTHER_COMMANDS]: [...OTHER_HOOKS, 'CLEAN'],
  'commands in patches': ['patch'],
  'maintainer scripts': MAINTAINER_SCRIPTS,
};

const TREES = await securityTable('Of a source tree:');
const PACKAGES = await securityTable('Of a package:');

let sandbox: Sandbox;
let canary: Canary;
const packages: string[] = [];
const variants = new Set(Object.values(IN_TREES).map(([variant]) => variant));
const pristine = (variant: Variant) => join(sandbox.directory, variant, 'canary');

beforeAll(async () => {
  sandbox = await makeSandbox(await mkdtemp(join(tmpdir(), 'security-')));
  canary = await Canary.make(sandbox.directory);
  for (const variant of variants) await makeTree(sandbox, canary, variant, pristine(variant));
  packages.push(...(await makePackages()));
});

afterAll(async () => {
  canary.close();
  await rm(sandbox.directory, { recursive: true });
});

/** A -dkms package, one of modules, and an RPM package, all with maintainer scripts that sing. */
async function makePackages(): Promise<string[]> {
  const made = join(sandbox.directory, 'packages');
  await dkmsDebLines(sandbox, ['build', '-o', made, pristine('known-debian')]);
  await dkmsDebLines(sandbox, ['bmdeb', '-k', RELEASE, '-o', made, pristine('known-debian')]);
  const debs = (await readdir(made)).filter((name) => name.endsWith('.deb'));
  for (const name of debs.filter((each) => each.includes('-modules-'))) {
    const unpacked = join(sandbox.directory, 'unpacked');
    await run('dpkg-deb', ['-R', join(made, name), unpacked]);
    for (const script of MAINTAINER_SCRIPTS) {
      const file = join(unpacked, 'DEBIAN', script);
      await appendFile(file, canary.script(script), { mode: 0o755 });
    }
    await run('dpkg-deb', ['--root-owner-group', '-b', unpacked, join(made, name)]);
  }
  return [...debs.map((name) => join(made, name)).sort(), await makeRpm(made)];
}

async function makeRpm(directory: string): Promise<string> {
  const tree = join(sandbox.directory, 'rpm-tree');
  await run('cp', ['-a', pristine('known-debian'), tree]);
  await dkmsDebLines(sandbox, ['init', '--rpm', tree]);
  const spec = join(tree, 'rpm/canary-dkms.spec');
  let text = await readFile(spec, 'utf8');
  const sections = ['pre', 'post', 'preun', 'posttrans'];
  sections.forEach((section, at) => {
    const song = canary.sing(MAINTAINER_SCRIPTS[at] ?? '').replaceAll('%', '%%');
    text = text.replace(`\n%${section}\n`, `\n%${section}\n${song}\n`);
  });
  await writeFile(spec, text);
  const [file = ''] = await dkmsDebLines(sandbox, ['rpm', '-o', directory, tree]);
  return file;
}

async function call(words: readonly string[], subject: string): Promise<[number, string]> {
  const out = await mkdtemp(join(sandbox.directory, 'out-'));
  const args = words.map((word) => (word === 'OUT' ? out : word));
  const { exitStatus, output } = await dkmsDeb(sandbox, [...args, subject]);
  return [exitStatus, output];
}

test('the tables of the document have these commands and rows', () => {
  for (const [table, commands, rows] of [
    [TREES, ON_TREES, IN_TREES],
    [PACKAGES, ON_PACKAGES, IN_PACKAGES],
  ] as const) {
    expect(Object.keys(table)).toEqual(Object.keys(commands));
    for (const column of Object.values(table)) {
      expect(Object.keys(column)).toEqual(Object.keys(rows));
    }
  }
});

test('programs that git’s configuration and hooks name run if nothing prevents it, so the test can fail', async () => {
  const tree = join(sandbox.directory, 'control');
  await run('cp', ['-a', pristine('plain'), tree]);
  await canary.forget();
  await run('git', ['-C', tree, 'checkout', '-qb', 'other'], { env: { HOME: tree } });
  await run('touch', ['-d', '2001-01-01', join(tree, 'canary.c')]);
  await run('git', ['-C', tree, 'status'], { env: { HOME: tree } });
  const names = ['core.fsmonitor', 'post-checkout', 'filter.canary.process'];
  expect(canary.fate(names)).toBe('runs');
});

test.each(Object.entries(ON_TREES))('of a tree, %s', async (name, words) => {
  const heard: Record<string, string> = {};
  for (const variant of variants) {
    // Elsewhere nothing could apply the patch, and the other trees have it, too.
    if (variant === 'patched' && name !== 'bmdeb') continue;
    const work = await mkdtemp(join(sandbox.directory, 'work-'));
    const tree = join(work, 'canary');
    await run('cp', ['-a', pristine(variant), tree]);
    await canary.forget();
    const [status, output] = await call(words, tree);
    // It got as far as it can get: lint needs a dkms.conf, and patch(1) may have no ed(1).
    const expected = variant === 'without-conf' && name.startsWith('lint') ? [4] : [0];
    if (variant === 'patched') expected.push(6);
    expect(expected, `${variant}: ${output}`).toContain(status);
    for (const [row, [where, ...songs]] of Object.entries(IN_TREES)) {
      if (where === variant) heard[row] = canary.fate(songs);
      else if (where === 'patched') heard[row] ??= canary.fate(songs);
    }
    await rm(work, { recursive: true });
  }
  expect(heard).toEqual(TREES[name]);
});

test.each(Object.entries(ON_PACKAGES))('of a package, %s', async (name, words) => {
  await canary.forget();
  const statuses: number[] = [];
  for (const file of packages) {
    const [status] = await call(words, file);
    statuses.push(status);
  }
  expect(packages).toHaveLength(3);
  // One of them is what the command is for.
  expect(statuses, name).toContain(0);
  const heard = Object.entries(IN_PACKAGES).map(([row, songs]) => [row, canary.fate(songs)]);
  expect(Object.fromEntries(heard) as Column).toEqual(PACKAGES[name]);
});
