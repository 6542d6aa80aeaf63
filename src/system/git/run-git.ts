import { join } from 'node:path';
import { DkmsDebError, InputError } from '../../errors.ts';
import { type RunResult, run } from '../process/run.ts';
import { checkRepository } from './check-repository.ts';

/**
 * Settings of git that override all configuration files. The .git/config of an untrusted tree may name programs:
 * monitors, hooks, filters, pagers, transports (git-config(1)). git must run none of them. Therefore safe.directory may
 * be `*`, which is needed because a checkout in a container often belongs to another user.
 */
export const GIT_SETTINGS = {
  'safe.directory': '*',
  'safe.bareRepository': 'explicit',
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
  'core.pager': 'cat',
  'core.sshCommand': 'false',
  'core.quotePath': 'false',
  'credential.helper': '',
  'gpg.program': 'false',
  'gpg.ssh.program': 'false',
  'gpg.x509.program': 'false',
  'log.showSignature': 'false',
  // Without this setting git would print in the encoding that the tree's configuration names.
  'i18n.logOutputEncoding': 'UTF-8',
  'submodule.recurse': 'false',
  // Without this setting the user's tar.umask would change the modes in tarballs.
  'tar.umask': '0022',
} as const;

/**
 * The environment variables that git gets from the user. They say where the user's configuration is, and in which
 * directories the upward search for a repository ends. git does not search these directories and those above them. No
 * other GIT_* variable is passed on.
 */
export const GIT_CONFIGURATION = [
  'HOME',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
] as const;

/**
 * The time limit for a question to git, in seconds. Usually git answers in less than 0.1 seconds, but a configuration
 * that includes a fifo would block it forever.
 */
export const ANSWER_SECONDS = 10;
const MOST_MEMORY = 160 * 1024 * 1024;

/** The commands that are used here and may run a filter on files of the working tree (gitattributes(5)). */
const FILTERING = new Set(['archive', 'diff', 'status']);

export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitOptions {
  readonly input?: string;
  readonly timeoutSeconds?: number;
  /** The environment from which the environment of git is made. By default it is the environment of this process. */
  readonly environment?: Environment;
}

/**
 * Runs git in an untrusted tree. git writes nothing to the repository, runs no program that the repository
 * names, and fetches nothing. Throws InputError `special-file`, `git-unreadable` if git does not end in time, and the
 * other SystemErrors of run().
 */
export async function git(
  tree: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<RunResult> {
  const { environment = process.env } = options;
  await checkRepository(tree);
  const base = baseEnvironment(environment);
  const command = args.find((word) => !word.startsWith('-')) ?? '';
  const own = command === 'diff' ? ['--no-ext-diff', '--no-textconv'] : [];
  const at = args.indexOf(command) + 1;
  try {
    const filters = FILTERING.has(command) ? await foreignFilters(tree, base) : {};
    return await run('git', ['--no-pager', ...args.slice(0, at), ...own, ...args.slice(at)], {
      cwd: tree,
      env: { ...base, ...settingsEnvironment({ ...GIT_SETTINGS, ...filters }) },
      timeoutSeconds: options.timeoutSeconds ?? 600,
      // Memory is limited, because the configuration of a stranger may include /dev/zero. It is not limited for
      // `archive`, which reads large objects.
      ...(command === 'archive' ? {} : { memoryBytes: MOST_MEMORY }),
      ...(options.input === undefined ? {} : { input: options.input }),
    });
  } catch (error) {
    if (error instanceof DkmsDebError && error.code === 'tool-timeout') {
      throw gitUnreadable(tree, error);
    }
    throw error;
  }
}

/**
 * Returns the InputError `git-unreadable`. After this error git should not be asked again, because it would fail in the
 * same way.
 */
export function gitUnreadable(tree: string, cause: DkmsDebError): InputError {
  return new InputError('git-unreadable', `git does not read the repository: ${cause.message}`, {
    where: { file: join(tree, '.git') },
    output: cause.output.filter((line) => line !== ''),
    hint: 'Look at what .git/config names and includes, or build from a copy without .git.',
    cause,
  });
}

/**
 * Whether the error means that git would block, or that every call of git in this tree would fail: InputError
 * `special-file` or `git-unreadable`.
 */
export function stopsGit({ code }: DkmsDebError): boolean {
  return code === 'special-file' || code === 'git-unreadable';
}

/**
 * Runs git, and returns its output without the last newline. Returns undefined if git is missing or fails. Throws
 * the errors for which stopsGit is true.
 */
export async function askGit(
  tree: string,
  args: readonly string[],
  options: GitOptions = { timeoutSeconds: ANSWER_SECONDS },
): Promise<string | undefined> {
  try {
    return (await git(tree, args, options)).stdout.replace(/\n$/, '');
  } catch (error) {
    if (error instanceof DkmsDebError && !stopsGit(error)) return undefined;
    throw error;
  }
}

function baseEnvironment(environment: Environment): Record<string, string> {
  const env: Record<string, string> = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // Forbids git to fetch anything, whatever protocol.*.allow is set to. Otherwise git would fetch missing objects of
    // a partial clone.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
  };
  for (const name of GIT_CONFIGURATION) {
    const value = environment[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/**
 * Returns environment variables that pass settings to git (git-config(1), GIT_CONFIG_COUNT). Such variables can contain
 * any key.
 */
export function settingsEnvironment(
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  const entries = Object.entries(settings);
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return { ...env, GIT_CONFIG_COUNT: String(entries.length) };
}

/**
 * The environment variables for scripts and makefiles of a tree that call git. With them git runs no hook, monitor,
 * pager or transport that the tree configures, fetches nothing, and does not refresh the index on its own. Filters and
 * programs for diff that the tree configures are not turned off.
 */
export const GIT_FOR_SCRIPTS: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ALLOW_PROTOCOL: 'none',
  ...settingsEnvironment(GIT_SETTINGS),
};

/**
 * Returns settings that disable the filters which the configuration of the repository names. Filters in the
 * configuration of the user (git-lfs install) remain.
 */
async function foreignFilters(
  tree: string,
  base: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const pattern = String.raw`^filter\..*\.(clean|smudge|process|required)$`;
  const said = await run('git', ['config', '--null', '--show-scope', '--get-regexp', pattern], {
    cwd: tree,
    env: { ...base, ...settingsEnvironment(GIT_SETTINGS) },
    timeoutSeconds: 20,
    memoryBytes: MOST_MEMORY,
    // The exit status 1 means that no filter is configured.
    accept: [0, 1],
  });
  const own = new Map<string, string>();
  const foreign = new Set<string>();
  const fields = said.stdout.split('\0');
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const entry = fields[i + 1] ?? '';
    const end = entry.indexOf('\n');
    const [key, value] = end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    if (/^(?:local|worktree)$/.test(fields[i] ?? '')) foreign.add(key);
    else own.set(key, value);
  }
  return Object.fromEntries(
    [...foreign].map((key) => [key, own.get(key) ?? (key.endsWith('.required') ? 'false' : '')]),
  );
}
