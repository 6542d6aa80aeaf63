import { type RunResult, run } from '../process/run.ts';
import { ANSWER_SECONDS, GIT_CONFIGURATION, GIT_SETTINGS, settingsEnvironment } from './run-git.ts';

const {
  // Fetching needs the ssh and the passwords of the user.
  'core.sshCommand': _ssh,
  'credential.helper': _passwords,
  ...SAFE
} = GIT_SETTINGS;

const REMOTE = ['https', 'http', 'git', 'ssh'];

/**
 * Settings for fetching a repository of a stranger: the settings SAFE, and no transport that runs a program of its own
 * (ext::, gitremote-helpers(7)). Keys, proxies and mirrors come from the configuration of the user.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  ...SAFE,
  'protocol.allow': 'never',
  ...Object.fromEntries([...REMOTE, 'file'].map((name) => [`protocol.${name}.allow`, 'always'])),
  'advice.detachedHead': 'false',
};

/** Variables that ssh and curl read: for the agent and for the proxies (curl(1), ENVIRONMENT). */
const VARIABLES = [
  ...GIT_CONFIGURATION,
  'SSH_AUTH_SOCK',
  ...['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'],
] as const;

export interface FetchOptions {
  readonly cwd?: string;
  readonly timeoutSeconds: number;
  /**
   * Whether repositories of this machine may be read; by default they may. They may not be read for submodules of a
   * stranger, because a path in .gitmodules could name a private repository (CVE-2022-39253).
   */
  readonly local?: boolean;
}

/**
 * Runs git for a command that fetches a repository of another machine, or that checks out the fetched files. For a tree
 * that is already on the disk use git() of run-git.ts, which fetches nothing. Throws the SystemErrors of run().
 */
export async function fetchGit(
  args: readonly string[],
  { local = true, ...options }: FetchOptions,
): Promise<RunResult> {
  const own = VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = {
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    // git passes this variable on to the git that clones a submodule.
    GIT_ALLOW_PROTOCOL: [...REMOTE, ...(local ? ['file'] : [])].join(':'),
    GIT_SSH_COMMAND: await sshCommand(Object.fromEntries(own)),
    ...settingsEnvironment(SETTINGS),
  };
  return run('git', args, { ...options, env });
}

/**
 * Returns the command for ssh that the user has chosen with GIT_SSH_COMMAND or core.sshCommand. By default, returns an
 * ssh that does not wait for a password, or for an answer whether the host is known. git is asked for core.sshCommand
 * in the directory /, because the repository in the working directory must not choose the command.
 */
async function sshCommand(env: Readonly<Record<string, string>>): Promise<string> {
  const { GIT_SSH_COMMAND } = process.env;
  if (GIT_SSH_COMMAND !== undefined) return GIT_SSH_COMMAND;
  const { stdout } = await run('git', ['config', '--get', 'core.sshCommand'], {
    cwd: '/',
    env,
    accept: [0, 1],
    timeoutSeconds: ANSWER_SECONDS,
  });
  return stdout.trim() || 'ssh -o BatchMode=yes';
}
