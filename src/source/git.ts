import { isInsideRepository } from '../dkms/git-view.ts';
import { DkmsDebError } from '../errors.ts';
import { type RunResult, run } from '../system/run.ts';

/**
 * Settings that make git's answers those of the repository alone. A checkout in a container often
 * belongs to another user (safe.directory); a umask in somebody's configuration would get into tarballs.
 */
const SETTINGS = [
  ...['-c', 'safe.directory=*'],
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'core.quotePath=false'],
  ...['-c', 'tar.umask=0022'],
];

/** Runs git in a tree, whose repository it does not write to. SystemError as run() throws them. */
export function git(tree: string, args: readonly string[], input?: string): Promise<RunResult> {
  return run('git', [...SETTINGS, ...args], {
    cwd: tree,
    env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
    timeoutSeconds: 600,
    ...(input === undefined ? {} : { input }),
  });
}

/** What git prints, without the last newline; undefined where there is no git or it says no. */
export async function askGit(tree: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await git(tree, args)).stdout.replace(/\n$/, '');
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}

/** Whether a tree is part of a repository, not only a directory that lies in somebody's. */
export async function isTracked(tree: string): Promise<boolean> {
  if (!isInsideRepository(tree)) return false;
  return Boolean(await askGit(tree, ['ls-files', '--cached', '--', ':(glob)*', ':(glob)*/*']));
}
