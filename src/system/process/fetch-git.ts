import { type RunResult, run } from './run.ts';

/**
 * Settings for a repository of a stranger. git runs no hook, and no transport that is a program of its own (ext::,
 * gitremote-helpers(7)). The user's own configuration holds otherwise: it has the keys, proxies and mirrors.
 */
const SETTINGS = [
  ...['-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'protocol.allow=never'],
  ...['https', 'http', 'git', 'ssh', 'file'].flatMap((name) => [
    '-c',
    `protocol.${name}.allow=always`,
  ]),
  ...['-c', 'safe.directory=*'],
  ...['-c', 'submodule.recurse=false'],
  ...['-c', 'advice.detachedHead=false'],
];

/**
 * Runs git for a command that fetches a repository of another machine, or checks out what was fetched. For a tree that
 * is on the disk already there is git() of run-git.ts, which fetches nothing. Throws the SystemErrors of run().
 */
export async function fetchGit(
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutSeconds: number },
): Promise<RunResult> {
  return run('git', [...SETTINGS, ...args], { ...options, env: environment() });
}

function environment(): Record<string, string> {
  const names = ['SSH_AUTH_SOCK', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'XDG_CONFIG_HOME'];
  const own = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // ssh must not wait for a password or for the answer whether a host is known.
  return {
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
  };
}
