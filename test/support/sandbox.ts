import { chmod, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test as base, inject } from 'vitest';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { ANY_STATUS, type RunResult, run } from '../../src/system/process/run.ts';
import { DKMS_DEB, PROJECT } from './project.ts';

/** The directories of one call of the built command. It must not write outside of `directory`. */
export interface Sandbox {
  readonly directory: string;
  /** TMPDIR. No file may be left in it. */
  readonly tmp: string;
  /** A directory for results that does not exist yet. */
  readonly out: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command, such as a program that drops privileges. */
  readonly under?: readonly string[];
  readonly timeoutSeconds?: number;
}

export const MAINTAINER = 'Erika Mustermann <erika@example.org>';

export async function makeSandbox(directory: string): Promise<Sandbox> {
  // mkdtemp makes the directory private, but some tests run as another user.
  await chmod(directory, 0o755);
  const tmp = join(directory, 'tmp');
  const home = join(directory, 'home');
  await mkdir(tmp);
  await mkdir(home);
  return {
    directory,
    tmp,
    out: join(directory, 'out'),
    env: {
      // The command of the clone, and the node that runs the tests.
      PATH: `${PROJECT}/bin:${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: home,
      TMPDIR: tmp,
      DEBFULLNAME: 'Erika Mustermann',
      DEBEMAIL: 'erika@example.org',
    },
  };
}

/** Runs the built bin/dkms-deb as a child process, and accepts every exit status. */
export async function dkmsDeb(
  sandbox: Sandbox,
  args: readonly string[],
  options: CallOptions = {},
): Promise<RunResult> {
  return call(sandbox, DKMS_DEB, args, options);
}

/** Like `dkmsDeb`, but fails unless the command succeeds. Returns the lines of stdout. */
export async function dkmsDebLines(
  sandbox: Sandbox,
  args: readonly string[],
  options: CallOptions = {},
): Promise<string[]> {
  const result = await dkmsDeb(sandbox, args, options);
  if (result.exitStatus !== 0) {
    throw new Error(
      `dkms-deb ${args.join(' ')} ended with status ${result.exitStatus}:\n${result.output}`,
    );
  }
  return result.stdout.split('\n').filter((line) => line !== '');
}

/** Runs another program in the sandbox's environment. */
export async function call(
  sandbox: Sandbox,
  program: string,
  args: readonly string[],
  { cwd = sandbox.directory, env = {}, under = [], timeoutSeconds = 540 }: CallOptions = {},
): Promise<RunResult> {
  const [first = program, ...rest] = [...under, program, ...args];
  return run(first, rest, {
    cwd,
    env: { ...sandbox.env, ...env },
    accept: ANY_STATUS,
    timeoutSeconds,
  });
}

/** vitest's test with its own sandbox. */
export const sandboxTest = base.extend<{ sandbox: Sandbox }>({
  sandbox: async ({ task: _ }, use) => {
    await withTemporaryDirectory('e2e', async (directory) => use(await makeSandbox(directory)));
  },
});

/**
 * Lets the commands of a sandbox take modules that another test of this run has compiled, and keep theirs for others.
 * The cache is the command's own, which knows modules by all that they are made of. This is for tests that need a
 * package of modules, but say nothing about compiling; and for test/e2e/modules-packages.test.ts, which compares the
 * modules with those of DKMS.
 */
export async function shareModules({ directory }: Sandbox): Promise<void> {
  const cache = join(directory, 'home/.cache/dkms-deb');
  await mkdir(cache, { recursive: true });
  await symlink(inject('moduleCache'), join(cache, 'modules'));
}

/** Like `sandboxTest`, with the modules that the tests of this run share. */
export const sharingTest = base.extend<{ sandbox: Sandbox }>({
  sandbox: async ({ task: _ }, use) => {
    await withTemporaryDirectory('e2e', async (directory) => {
      const sandbox = await makeSandbox(directory);
      await shareModules(sandbox);
      await use(sandbox);
    });
  },
});
