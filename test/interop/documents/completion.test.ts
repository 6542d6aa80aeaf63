import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { COMMANDS } from '../../../src/commands/commands.ts';
import { installedReleases } from '../../../src/kernel/headers.ts';
import { run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';
import { dkmsDeb, type Sandbox, sandboxTest as test } from '../../support/sandbox.ts';

const DIRECTORY = join(PROJECT, 'dist/completion');
const commands = Object.keys(COMMANDS);
const kernels = await installedReleases();

/** A place with a package, another file and directories in it. */
async function place(sandbox: Sandbox): Promise<string> {
  const directory = join(sandbox.directory, 'place');
  for (const name of ['out', 'src']) await mkdir(join(directory, name), { recursive: true });
  for (const name of ['a.deb', 'o.deb', 'key.pem', 'odd one'])
    await writeFile(join(directory, name), '');
  return directory;
}

type Complete = (line: string, cwd: string) => Promise<string[]>;

/** bash's own splitting is done here: a blank between words, and `=` a word of its own. */
const bash: Complete = async (line, cwd) => {
  const words = line.split(' ').flatMap((word) => word.split(/(=)/));
  // `--name=` has nothing behind the sign: the sign is the word that is completed.
  const last = words.at(-1) === '' && words.at(-2) === '=' ? words.slice(0, -1) : words;
  const script = `source ${DIRECTORY}/dkms-deb.bash; complete -p dkms-deb >&2
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dkms_deb; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await run('bash', ['--norc', '-u', '-c', script, 'bash', ...last], {
    cwd,
  });
  expect(stderr).toBe('complete -F _dkms_deb dkms-deb\n');
  return stdout
    .split('\n')
    .filter((word) => word !== '')
    .sort();
};

const zsh: Complete = async (line, cwd) => {
  const capture = join(PROJECT, 'test/support/zsh-capture.zsh');
  const { stdout } = await run('zsh', ['-f', capture, DIRECTORY, line], {
    cwd,
    timeoutSeconds: 30,
  });
  return [...new Set(stdout.split('\n').filter((word) => word !== ''))].sort();
};

const fish: Complete = async (line, cwd) => {
  const script = `source ${DIRECTORY}/dkms-deb.fish; complete -C $argv[1]`;
  const { stdout, stderr } = await run('fish', ['--no-config', '-c', script, line], { cwd });
  expect(stderr).toBe('');
  // A description follows after a tab, and a slash a directory.
  const words = stdout.split('\n').map((word) => word.replace(/\t.*/, '').replace(/\/$/, ''));
  return [...new Set(words.filter((word) => word !== ''))].sort();
};

test('bash does not run the name of a directory as a command', async ({ sandbox }) => {
  const script = `source ${DIRECTORY}/dkms-deb.bash
_dkms_deb_kernels() { printf '%s\\n' '$(touch evil)' 6.1.0-9-amd64 5.10; }
COMP_WORDS=(dkms-deb bmdeb -k "$1"); COMP_CWORD=3; _dkms_deb; printf '%s\\n' "\${COMPREPLY[@]}"; ls`;
  const { stdout } = await run('bash', ['--norc', '-u', '-c', script, 'bash', '6'], {
    cwd: await place(sandbox),
  });
  expect(stdout).toMatch(/^6\.1\.0-9-amd64\n/);
  expect(stdout).not.toContain('evil');
});

describe.each([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
] as const)('%s completes', (_, complete) => {
  test('commands, options, choices, kernels and files', async ({ sandbox }) => {
    const cwd = await place(sandbox);
    const expectWords = async (line: string, expected: readonly string[]) =>
      expect(await complete(`dkms-deb ${line}`, cwd), line).toEqual([...expected].sort());
    const withPrefix = (prefix: string) => commands.filter((name) => name.startsWith(prefix));
    await expectWords('b', withPrefix('b'));
    await expectWords('--color never v', withPrefix('v'));
    await expectWords('init --ru', ['--rules']);
    await expectWords('init --rules d', ['dkms-deb', 'dh']);
    await expectWords('bmdeb --no-ca', ['--no-cache']);
    await expectWords('bmdeb -k ', kernels);
    await expectWords('completion z', ['zsh']);
    await expectWords('verify --certificate k', ['key.pem']);
    await expectWords('init s', ['src']);
    // What the word may still become: a directory with packages in it, too.
    await expectWords('verify o', ['o.deb', 'out']);
    await expectWords('build --suffix ', []);
  });
});

describe('bash completes', () => {
  test('the value after =, which bash takes for a separate word', async ({ sandbox }) => {
    const cwd = await place(sandbox);
    expect(await bash('dkms-deb init --rules=', cwd)).toEqual(['dh', 'dkms-deb']);
    expect(await bash('dkms-deb init --rules=dh', cwd)).toEqual(['dh']);
    expect(await bash('dkms-deb --color=', cwd)).toEqual(['always', 'auto', 'never']);
    expect(await bash('dkms-deb --color=never verif', cwd)).toEqual(['verify']);
    expect(await bash('dkms-deb bmdeb --output=o', cwd)).toEqual(['out']);
  });
});

test('dkms-deb completion prints the scripts that the build has written', async ({ sandbox }) => {
  for (const [shell, file] of [
    ['bash', 'dkms-deb.bash'],
    ['zsh', '_dkms-deb'],
    ['fish', 'dkms-deb.fish'],
  ] as const) {
    const printed = join(sandbox.directory, shell);
    const { stdout, exitStatus } = await dkmsDeb(sandbox, ['completion', shell]);
    expect(exitStatus).toBe(0);
    await writeFile(printed, stdout);
    await run('cmp', [printed, join(DIRECTORY, file)]);
    await run(shell, ['-n', printed]);
  }
  expect((await dkmsDeb(sandbox, ['completion', 'csh'])).exitStatus).toBe(2);
});

test('fish describes its completions, and finds the command after other options', async ({
  sandbox,
}) => {
  const cwd = await place(sandbox);
  const script = `source ${DIRECTORY}/dkms-deb.fish; complete -C 'dkms-deb --color never -q completion --js'`;
  const { stdout } = await run('fish', ['--no-config', '-c', script], { cwd });
  expect(stdout).toBe('--json\tprint results and errors as JSON\n');
  expect(await fish('dkms-deb init --rules=', cwd)).toEqual(['--rules=dh', '--rules=dkms-deb']);
  expect(await fish('dkms-deb help ini', cwd)).toEqual(['init']);
});
