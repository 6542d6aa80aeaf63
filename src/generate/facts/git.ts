import { isInsideRepository } from '../../dkms/git-view.ts';
import { DkmsDebError } from '../../errors.ts';
import { run } from '../../system/run.ts';

/** What git knows of a directory; all of it empty where there is no git or no repository. */
export interface GitFacts {
  /** `user.name`, `remote.origin.url` …, keys in lower case up to the last dot's section. */
  readonly config: ReadonlyMap<string, string>;
  /** False too for a directory that only lies inside somebody's repository without being in it. */
  readonly tracked: boolean;
  /** `git describe --tags`: `v1.2` or `v1.2-5-gabc1234`. */
  readonly describe: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What decides which configuration git reads; nothing else of the caller's GIT_* reaches it. */
const CONFIGURATION = [
  'HOME',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
] as const;

/**
 * Asks git once for all the facts. No repository, no commits, no git program: empty, not an error.
 * The user's own configuration (user.name …) is told even where there is no repository.
 */
export async function readGit(
  directory: string,
  environment: Environment = process.env,
): Promise<GitFacts> {
  const env: Record<string, string> = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
  for (const name of CONFIGURATION) {
    const value = environment[name];
    if (value !== undefined) env[name] = value;
  }
  const inside = isInsideRepository(directory);
  const [settings, files, described] = await Promise.all([
    ask(directory, env, ['config', '--null', '--get-regexp', '^(user|remote|branch|url)\\.']),
    inside ? ask(directory, env, ['ls-files', '--cached', '--', ':(glob)*']) : undefined,
    inside ? describe(directory, env) : undefined,
  ]);
  const tracked = files !== undefined && files !== '';
  return {
    config: parseConfig(settings ?? ''),
    tracked,
    describe: tracked && described !== undefined ? described.trim() || undefined : undefined,
  };
}

/**
 * Of the last commit that is more than packaging: a commit of debian/ is no new version of the driver,
 * or committing what init wrote would make it write again.
 */
async function describe(
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const log = ['log', '-1', '--format=%H', '--', ':(top)', ':(top,exclude)debian'];
  const commit = (await ask(directory, env, log))?.trim();
  return commit ? ask(directory, env, ['describe', '--tags', commit]) : undefined;
}

/** stdout, or undefined where git is not there or says no. */
async function ask(
  directory: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string | undefined> {
  // A checkout in a container often belongs to another user, and git then refuses to speak of it.
  // These commands run nothing from the repository's configuration, and the tree's dkms.conf and
  // makefiles are run anyway: there is nothing left for that refusal to protect.
  const harmless = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false'];
  try {
    const result = await run('git', [...harmless, ...args], {
      cwd: directory,
      env,
      timeoutSeconds: 20,
    });
    return result.stdout;
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}

/** `key\nvalue\0…`; a later file (the repository's) overrides an earlier one (the user's). */
function parseConfig(output: string): Map<string, string> {
  const config = new Map<string, string>();
  for (const entry of output.split('\0')) {
    const end = entry.indexOf('\n');
    if (end > 0) config.set(entry.slice(0, end), entry.slice(end + 1));
  }
  return config;
}
