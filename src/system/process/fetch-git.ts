import { type RunResult, run } from './run.ts';
import { GIT_CONFIGURATION, GIT_SETTINGS, settingsEnvironment } from './run-git.ts';

const {
  // The user's own ssh and passwords are needed to fetch.
  'core.sshCommand': _ssh,
  'credential.helper': _passwords,
  ...SAFE
} = GIT_SETTINGS;

const REMOTE = ['https', 'http', 'git', 'ssh'];

/**
 * Settings for a repository of a stranger that is fetched: those for a tree on the disk, and no transport that is a
 * program of its own (ext::, gitremote-helpers(7)). The user's configuration has the keys, proxies and mirrors.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  ...SAFE,
  'protocol.allow': 'never',
  ...Object.fromEntries([...REMOTE, 'file'].map((name) => [`protocol.${name}.allow`, 'always'])),
  'advice.detachedHead': 'false',
};

/** Variables that ssh and curl read: the agent, and the proxies (curl(1), ENVIRONMENT). */
const VARIABLES = [
  ...GIT_CONFIGURATION,
  'SSH_AUTH_SOCK',
  ...['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'],
] as const;

export interface FetchOptions {
  readonly cwd?: string;
  readonly timeoutSeconds: number;
  /**
   * Whether repositories of this machine may be read. For a stranger's submodules they may not: a path in .gitmodules
   * could name a private repository (CVE-2022-39253).
   */
  readonly local?: boolean;
}

/**
 * Runs git for a command that fetches a repository of another machine, or checks out what was fetched. For a tree that
 * is on the disk already there is git() of run-git.ts, which fetches nothing. Throws the SystemErrors of run().
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
    // git passes this on to the git that clones a submodule.
    GIT_ALLOW_PROTOCOL: [...REMOTE, ...(local ? ['file'] : [])].join(':'),
    // ssh must not wait for a password or for the answer whether a host is known.
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes',
    ...settingsEnvironment(SETTINGS),
  };
  return run('git', args, { ...options, env });
}
