import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import {
  type CallOptions,
  dkmsDeb,
  type Sandbox,
  sandboxTest as test,
} from '../support/sandbox.ts';
import { snapshot } from '../support/snapshot.ts';

const [release = ''] = await installedKernels();

/** A call that must fail, and what a person gets to read. */
interface Failure {
  readonly args: readonly string[];
  readonly options?: CallOptions;
  readonly exitStatus: number;
  /** In the error's first line, after the prefix. */
  readonly says: RegExp;
  /** In the lines below it. */
  readonly advises: RegExp;
}

/** Calls the command and checks all that is the same for each failure. */
async function expectFailure(sandbox: Sandbox, tree: string, failure: Failure): Promise<string[]> {
  const [before, outBefore] = [await snapshot(tree), await snapshot(sandbox.out)];
  const result = await dkmsDeb(sandbox, failure.args, failure.options);
  expect({ status: result.exitStatus, stdout: result.stdout }, result.output).toEqual({
    status: failure.exitStatus,
    stdout: '',
  });
  const lines = result.stderr.trimEnd().split('\n');
  const errors = lines.flatMap((line, i) => (line.startsWith('dkms-deb: error: ') ? [i] : []));
  expect(errors, result.stderr).toHaveLength(1);
  const told = lines.slice(errors[0]);
  expect(told[0]).toMatch(failure.says);
  expect(told.slice(1).join('\n')).toMatch(failure.advises);
  expect(result.stderr).not.toMatch(/^ +at |node:internal|undefined|\[object/m);
  // Nothing is left: neither in the tree, nor where the results go, nor in TMPDIR.
  expect(await snapshot(tree)).toEqual(before);
  const outAfter = await snapshot(sandbox.out);
  expect(outAfter === undefined ? [] : Object.keys(outAfter)).toEqual(
    outAfter === undefined ? [] : Object.keys(outBefore ?? { '.': '' }),
  );
  expect(await readdir(sandbox.tmp)).toEqual([]);
  return told;
}

/** Each command on a tree, as a person would call it; results go to `out`. */
const COMMANDS = [
  ['init', (tree: string) => ['init', tree]],
  ['build', (tree: string, out: string) => ['build', '-o', out, tree]],
  ['bmdeb', (tree: string, out: string) => ['bmdeb', '-k', release, '-o', out, tree]],
] as const;

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
    says: /dkms\.conf:1: PACKAGE_NAME "\.\." contains "\.\."/,
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
    wrong: 'PACKAGE_VERSION that Debian refuses',
    directive: 'PACKAGE_VERSION',
    line: 'PACKAGE_VERSION="snapshot"',
    says: /dkms\.conf:2: PACKAGE_VERSION "snapshot" cannot be made a Debian version/,
    advises: /--set PACKAGE_VERSION=/,
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
  test('no dkms.conf, and no makefile to derive one from: 4', async ({ sandbox }) => {
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
    test(`${wrong}: 8`, async ({ sandbox }) => {
      const tree = await exampleDirectory('hello', sandbox.directory);
      await replaceLine(join(tree, 'dkms.conf'), `${directive}=`, line);
      const failure = { args: args(tree, sandbox.out), exitStatus: 8, says, advises };
      await expectFailure(sandbox, tree, failure);
    });
  }
});

async function replaceLine(file: string, start: string, line: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, lines.map((old) => (old.startsWith(start) ? line : old)).join('\n'));
}

describe('dkms-deb bmdeb', () => {
  test('headers that are not installed: 21, and the command that installs them', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', '6.99.0-1-amd64', '-o', sandbox.out, tree],
      exitStatus: 21,
      says: /\/lib\/modules\/6\.99\.0-1-amd64\/build: the headers of kernel 6\.99\.0-1-amd64 are not installed/,
      advises: /apt install linux-headers-6\.99\.0-1-amd64/,
    });
  });

  test('a kernel pattern that matches nothing: 21', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', '9.9*', '-o', sandbox.out, tree],
      exitStatus: 21,
      says: /9\.9\*/,
      advises: /\S/,
    });
  });

  test.for([
    [
      'compiler',
      /(gcc|cc|c\+\+|clang)(-\d+)?$|^c[89]9(-gcc)?$/,
      10,
      /gcc-\d+, which is not/,
      /gcc/,
    ],
    ['make', /^g?make$/, 1, /make is not installed/, /apt install make/],
  ] as const)('%s missing', async ([, hidden, exitStatus, says, advises], { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const PATH = await pathWithout(hidden, sandbox);
    const args = ['bmdeb', '-k', release, '-o', sandbox.out, tree];
    await expectFailure(sandbox, tree, {
      args,
      options: { env: { PATH } },
      exitStatus,
      says,
      advises: new RegExp(`Install it: .*${advises.source}`),
    });
  });

  test('make fails: 10, its last lines, and a log that holds all of it', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await appendFile(join(tree, 'hello.c'), '\nint broken = not_declared_anywhere;\n');
    const told = await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', release, '-o', sandbox.out, tree],
      exitStatus: 10,
      says: new RegExp(`make failed for kernel ${release} .* with status 2`),
      advises: /\| .*hello\.c:\d+:\d+: error: .not_declared_anywhere. undeclared/,
    });
    const log = await wholeLog(told);
    expect(log).toMatch(/^make.* Entering directory/m);
    for (const line of told.filter((line) => line.startsWith('  | '))) {
      expect(log).toContain(line.slice(4));
    }
  });

  test('make does not build the module: 7, and what it built instead', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await replaceLine(join(tree, 'dkms.conf'), 'BUILT', 'BUILT_MODULE_NAME[0]="hallo"');
    const told = await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', release, '-o', sandbox.out, tree],
      exitStatus: 7,
      says: /did not build hallo\.ko/,
      advises: /\| +hello\.ko\n[\s\S]*BUILT_MODULE_NAME/,
    });
    expect(await wholeLog(told)).toMatch(/hello\.ko/);
  });

  test('one of two kernels fails: the other package is there, the status is the failure', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const args = ['bmdeb', '-k', '6.99.0-1-amd64', '-k', release, '-o', sandbox.out, tree];
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus, result.output).toBe(21);
    expect(await readdir(sandbox.out)).toEqual([basename(result.stdout.trim())]);
    expect(result.stderr).toMatch(/error: 6\.99\.0-1-amd64: .*not installed/);
    expect(result.stderr).toMatch(/2 kernels: 1 built, 0 excluded, 1 failed/);
    expect(result.stderr).toMatch(
      /^kernel +status +modules +time +file\n6\.99\.0-1-amd64 +failed /m,
    );
    expect(result.stderr).toMatch(new RegExp(`^${release} +built +1 +\\d+ s +hello-modules-`, 'm'));
  });

  test.for([
    ['of one kernel', ['-k', '6.99.0-1-amd64']],
    ['of two', ['-k', '6.99.0-1-amd64', '-k', '6.99.0-2-amd64']],
  ] as const)(
    '--json prints its document when a build %s fails',
    async ([, flags], { sandbox }) => {
      const tree = await exampleDirectory('hello', sandbox.directory);
      const args = ['bmdeb', '--json', ...flags, '-o', sandbox.out, tree];
      const result = await dkmsDeb(sandbox, args);
      expect(result.exitStatus).toBe(21);
      const { kernels } = JSON.parse(result.stdout) as { kernels: unknown[] };
      expect(kernels).toHaveLength(flags.length / 2);
      expect(kernels[0]).toEqual({
        release: '6.99.0-1-amd64',
        architecture: null,
        status: 'failed',
        seconds: expect.any(Number),
        error: {
          code: 'no-headers',
          message: 'the headers of kernel 6.99.0-1-amd64 are not installed',
          where: { file: '/lib/modules/6.99.0-1-amd64/build' },
          hint: 'Install them: apt install linux-headers-6.99.0-1-amd64',
          exitStatus: 21,
        },
      });
    },
  );
});

/** A directory with links to all programs of this machine but those whose name matches. */
async function pathWithout(hidden: RegExp, sandbox: Sandbox): Promise<string> {
  const directory = join(sandbox.directory, 'path');
  await mkdir(directory);
  for (const source of new Set((sandbox.env.PATH ?? '').split(':'))) {
    if (source === '/bin' || source === '/sbin') continue;
    for (const name of await readdir(source).catch(() => [])) {
      if (hidden.test(name) || existsSync(join(directory, name))) continue;
      await symlink(join(source, name), join(directory, name)).catch(() => undefined);
    }
  }
  return directory;
}

/** The log that the error names. */
async function wholeLog(told: readonly string[]): Promise<string> {
  const path = /The whole log: (\S+)/.exec(told.join('\n'))?.[1] ?? '';
  return readFile(path, 'utf8');
}

describe.each(COMMANDS.slice(1))('where dkms-deb %s cannot write its results', (_, args) => {
  test('a file has the name of the directory: 1', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const file = join(sandbox.directory, 'file');
    await writeFile(file, 'precious');
    await expectFailure(sandbox, tree, {
      args: args(tree, join(file, 'out')),
      exitStatus: 1,
      says: /cannot write into .*\/file\/out/,
      advises: /-o DIR/,
    });
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('a directory of mode 0555: 1', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await mkdir(sandbox.out, { mode: 0o555 });
    await expectFailure(sandbox, tree, {
      args: args(tree, sandbox.out),
      options: { under: WITHOUT_PRIVILEGES },
      exitStatus: 1,
      says: /cannot write into .*\/out \(EACCES\)/,
      advises: /-o DIR/,
    });
  });
});

test('init in a tree that cannot be written: 1, and the tree as it was', async ({ sandbox }) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await chmod(tree, 0o555);
  await expectFailure(sandbox, tree, {
    args: ['init', tree],
    options: { under: WITHOUT_PRIVILEGES },
    exitStatus: 1,
    says: /hello: cannot be written \(EACCES\)/,
    advises: /Nothing was changed/,
  });
});

/**
 * For root, who may write everywhere: without that capability modes count for it, too. (Another user
 * may not be able to read this clone.)
 */
const WITHOUT_PRIVILEGES =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override', '--'] : [];
