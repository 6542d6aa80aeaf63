import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseWithSettings } from '../../../src/commands/command-line/apply-settings.ts';
import { COMMANDS_OF, configuredFor } from '../../../src/commands/command-line/configured.ts';
import { parseArguments } from '../../../src/commands/command-line/parse-arguments.ts';
import { REPOSITORY_KEYS, readSettings } from '../../../src/commands/command-line/settings.ts';
import { loadCommand } from '../../../src/commands/commands.ts';
import { findMaintainer, useConfiguredMaintainer } from '../../../src/facts/project/maintainer.ts';
import { userConfigSchema } from '../../../src/fleet/config/config-schema.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { withEnvironment } from '../../support/environment.ts';

afterEach(() => useConfiguredMaintainer(undefined));

interface Texts {
  readonly user?: string;
  readonly repository?: string;
}

/** Parses a command line in a directory and a home with these configurations. */
function parsed(
  { user, repository }: Texts,
  words: readonly string[],
): Promise<{ args: Record<string, unknown>; notes: string[]; home: string; tree: string }> {
  return withTemporaryDirectory('settings', async (directory) => {
    const home = join(directory, 'home/dkms-deb');
    const tree = join(directory, 'tree');
    await mkdir(home, { recursive: true });
    await mkdir(tree);
    if (user !== undefined) await writeFile(join(home, 'config.yaml'), user);
    if (repository !== undefined) await writeFile(join(tree, 'dkms-deb.yaml'), repository);
    const declaration = await loadCommand(words[0]);
    const argv = words.map((word) => (word === 'TREE' ? tree : word));
    return withEnvironment({ XDG_CONFIG_HOME: join(directory, 'home') }, async () => {
      const given = await parseArguments(declaration, argv);
      const files = configuredFor(declaration.name, given);
      const notes: string[] = [];
      const reporter = { ...silentReporter, note: (text: string) => notes.push(text) };
      const args =
        files === undefined
          ? given
          : await parseWithSettings(declaration, argv, given, files, reporter);
      return { args, notes, home, tree };
    });
  });
}

const USER = `maintainer: Jane Doe <jane@example.org>
meta: loose
compression: zstd
jobs: 3
suites: [trixie]
gpg-key: ABCD
sign:
  key: keys/mok.key
  certificate: ~/mok.pem
`;

test('the command line wins over the repository, and that over the user', async () => {
  const repository = 'drivers: [.]\nmeta: fallback\ninitramfs: always\n';
  const { args } = await parsed({ user: USER, repository }, ['bmdeb', 'TREE', '-k', 'x']);
  expect(args).toMatchObject({ meta: 'fallback', jobs: 3, initramfs: 'always' });
  const both = ['bmdeb', 'TREE', '-k', 'x', '--meta', 'lockstep', '-j1', '--initramfs', 'never'];
  const { args: given } = await parsed({ user: USER, repository }, both);
  expect(given).toMatchObject({ meta: 'lockstep', jobs: 1, initramfs: 'never' });
});

test('what is used is told with its file', async () => {
  const { notes, home } = await parsed({ user: USER }, ['build', 'TREE']);
  expect(notes).toEqual([
    `Settings from ${home}/config.yaml: maintainer, compression. Options of the command line override these settings.`,
  ]);
});

test('paths of keys are relative to the file, and ~/ is the home', async () => {
  const { args, home } = await withEnvironment({ HOME: '/home/jane' }, () =>
    parsed({ user: USER }, ['bmdeb', 'TREE', '-k', 'x']),
  );
  expect(args).toMatchObject({
    signKey: [join(home, 'keys/mok.key')],
    signCert: ['/home/jane/mok.pem'],
  });
});

test('bug: a slash in an argument of the signing command made the whole command a path', async () => {
  const command = async (text: string) => {
    const user = `sign:\n  command: ${text}\n  certificate: c.pem\n`;
    const { args, home } = await parsed({ user }, ['bmdeb', 'TREE', '-k', 'x']);
    return String(args.signCommand).replaceAll(home, 'HOME');
  };
  expect(await command('aws-sign --config /etc/aws')).toBe('aws-sign --config /etc/aws');
  expect(await command('./sign --config a/b')).toBe('HOME/sign --config a/b');
  expect(await command('aws-sign')).toBe('aws-sign');
});

test('signing is one decision: a part on the command line replaces all of it', async () => {
  for (const words of [
    ['--unsigned'],
    ['--sign-key', 'k', '--sign-cert', 'c'],
    ['--sign-command', 'c'],
  ]) {
    const { args } = await parsed({ user: USER }, ['bmdeb', 'TREE', '-k', 'x', ...words]);
    expect(args.signKey).toEqual(words[0] === '--sign-key' ? ['k'] : undefined);
    expect(args.signCert).toEqual(words[0] === '--sign-key' ? ['c'] : undefined);
  }
});

test('a repository cannot name a key or a program that signs', async () => {
  const repository = 'drivers: [.]\nsign:\n  command: ./evil\n  certificate: c.pem\n';
  const { args } = await parsed({ repository }, ['bmdeb', 'TREE', '-k', 'x']);
  expect(args.signCommand).toBeUndefined();
  expect(args.signCert).toBeUndefined();
  expect(REPOSITORY_KEYS).not.toContain('sign');
});

test('suites are used where an option needs one, and bmdeb -k goes on meaning installed kernels', async () => {
  const suite = async (...words: string[]) => (await parsed({ user: USER }, words)).args.suite;
  expect(await suite('kernels')).toEqual(['trixie']);
  expect(await suite('kernels', '--suite', 'sid')).toEqual(['sid']);
  expect(await suite('bmdeb', 'TREE', '-k', 'x')).toEqual([]);
  expect(await suite('bmdeb', 'TREE', '--all')).toEqual([]);
  expect(await suite('bmdeb', 'TREE', '--latest', '1')).toEqual(['trixie']);
  expect(await suite('bmdeb', 'TREE', '--latest', '1', '--offline')).toEqual([]);
});

test('the key of gpg is used where --sign names none', async () => {
  const sign = async (...words: string[]) =>
    (await parsed({ user: USER }, ['build', 'TREE', ...words])).args.sign;
  expect(await sign()).toBeUndefined();
  expect(await sign('--sign')).toBe('ABCD');
  expect(await sign('--sign=EF')).toBe('EF');
});

test('what debian/rules builds does not depend on the home', async () => {
  const { args } = await parsed({ user: USER }, ['build', '--from-rules', 'TREE']);
  expect(args.compression).toBeUndefined();
});

test('the maintainer counts between the environment and git', async () => {
  await parsed({ user: USER }, ['init', 'TREE']);
  const git = {
    config: new Map([
      ['user.name', 'Git'],
      ['user.email', 'git@example.org'],
    ]),
  };
  const found = findMaintainer(git, {});
  expect(found?.value).toEqual({ name: 'Jane Doe', email: 'jane@example.org' });
  expect(found?.from).toMatch(/\/config\.yaml$/);
  const env = { DEBFULLNAME: 'Env', DEBEMAIL: 'env@example.org' };
  expect(findMaintainer(git, env)?.value.name).toBe('Env');
});

test.for([
  ['maintaner: x\n', 1, 'unknown key "maintaner"', 'maintainer'],
  ['jobs: 2\nmeta: tight\n', 2, 'meta has the unknown value "tight"', 'loose'],
  ['sign:\n  kay: x\n', 2, 'unknown key "kay" in sign', 'key'],
  ['drivers: [.]\n', 1, 'unknown key "drivers"', 'Known keys: maintainer'],
  ['jobs: many\n', 1, 'jobs is not a', ''],
] as const)('%j is an error with its line', async ([user, line, says, hint]) => {
  const error = await parsed({ user }, ['bmdeb', 'TREE', '-k', 'x']).catch((one) => one);
  expect(error).toMatchObject({ code: 'config-invalid', where: { line } });
  expect(error.message).toContain(says);
  expect(error.hint).toContain(hint);
});

test('a value that the option does not allow, and a maintainer without an address, are errors', async () => {
  const settings = (user: string) => parsed({ user }, ['init', 'TREE']).catch((one) => one);
  expect(await settings('maintainer: Jane\n')).toMatchObject({ code: 'config-invalid' });
});

test('a file that a link leads to is read, as those who keep their settings in git have it', async () => {
  await withTemporaryDirectory('settings', async (directory) => {
    await writeFile(join(directory, 'real.yaml'), 'jobs: 2\n');
    await symlink('real.yaml', join(directory, 'config.yaml'));
    const user = join(directory, 'config.yaml');
    expect(await readSettings({ user, repository: undefined })).toEqual([
      { key: 'jobs', value: 2, file: user },
    ]);
  });
});

test('each key is for a command that has its option', () => {
  const keys = new Set([...Object.keys(userConfigSchema().properties ?? {}), ...REPOSITORY_KEYS]);
  expect(Object.keys(COMMANDS_OF).sort()).toEqual([...keys].sort());
});
