import { isInsideRepository } from '../dkms/source/git-view.ts';
import { writtenRpm } from '../dkms/source/written-rpm.ts';
import { ANSWER_SECONDS, askGit, type Environment } from '../system/git/run-git.ts';

/**
 * The facts that git knows about a directory. Without git, or outside of a repository, only `config` may have entries.
 */
export interface GitFacts {
  /**
   * The settings of git whose keys begin with `user.`, `remote.`, `branch.` or `url.`, by the key as git prints it:
   * `user.name`, `remote.origin.url`.
   */
  readonly config: ReadonlyMap<string, string>;
  /**
   * Whether git tracks files of the directory other than debian/. False if the directory is in a repository, but all of
   * its files are untracked.
   */
  readonly tracked: boolean;
  /**
   * The output of `git describe --tags` for the last commit that changed the source: `v1.2` or `v1.2-5-gabc1234`.
   * Undefined if `tracked` is false, or if no tag is in the history of that commit.
   */
  readonly describe: string | undefined;
}

/** The facts of git about a directory if git is not asked. */
export const WITHOUT_GIT: GitFacts = { config: new Map(), tracked: false, describe: undefined };

/**
 * Asks git for all facts. A directory without a repository or a commit is not an error, and neither is a machine
 * without git. The configuration of the user (user.name …) is read even without a repository.
 */
export async function readGit(
  directory: string,
  environment: Environment = process.env,
): Promise<GitFacts> {
  const options = { environment, timeoutSeconds: ANSWER_SECONDS };
  const ask = (args: readonly string[]) => askGit(directory, args, options);
  const inside = isInsideRepository(directory);
  const isWrittenRpm = await writtenRpm(directory);
  const [settings, tracked, described] = await Promise.all([
    ask(['config', '--null', '--get-regexp', '^(user|remote|branch|url)\\.']),
    inside && tracksFiles(ask),
    inside ? describe(ask, isWrittenRpm('rpm') ? [':(top,exclude)rpm'] : []) : undefined,
  ]);
  return {
    config: parseConfig(settings ?? ''),
    tracked,
    describe: tracked && described !== undefined ? described.trim() || undefined : undefined,
  };
}

/**
 * Whether git tracks files of the directory. The files of its folders are listed only if none of the files at its top
 * is tracked, because a tree may have many thousand files.
 */
async function tracksFiles(
  ask: (args: readonly string[]) => Promise<string | undefined>,
): Promise<boolean> {
  const list = async (...paths: string[]) =>
    (await ask(['ls-files', '--cached', '--', ...paths])) ?? '';
  return (await list(':(glob)*')) !== '' || (await list('.', ':(exclude)debian')) !== '';
}

/**
 * Runs `git describe` for the last commit that changed files outside of debian/ and outside of the paths that the
 * pathspecs `besides` exclude. A commit that changes only debian/ and those paths is not a new version of the driver:
 * otherwise the version would change as soon as the output of init is committed. If that commit was merged, the merge
 * is described as well, because it usually has the same contents. The commit with a tag of its own is preferred.
 */
async function describe(
  ask: (args: readonly string[]) => Promise<string | undefined>,
  besides: readonly string[],
): Promise<string | undefined> {
  const paths = ['--format=%H', '--', ':(top)', ':(top,exclude)debian', ...besides];
  const [onMainline, broughtIn] = await Promise.all([
    ask(['log', '-1', '--first-parent', ...paths]),
    ask(['log', '-1', ...paths]),
  ]);
  const commits = [...new Set([onMainline, broughtIn].map((said) => said?.trim()))];
  const said = await Promise.all(
    commits.map((commit) => (commit ? ask(['describe', '--tags', commit]) : undefined)),
  );
  return said.find((name) => name && !/-\d+-g[0-9a-f]+$/.test(name)) ?? said.at(-1);
}

/**
 * Parses the output `key\nvalue\0…` of git config. The configuration of the repository comes last, and overrides the
 * configuration of the user.
 */
function parseConfig(output: string): Map<string, string> {
  const config = new Map<string, string>();
  for (const entry of output.split('\0')) {
    const end = entry.indexOf('\n');
    if (end > 0) config.set(entry.slice(0, end), entry.slice(end + 1));
  }
  return config;
}

/** A tag in the history of the tree. */
export interface Tag {
  readonly name: string;
  /** The date of the tag, in seconds since 1970. If the tag has no date, the date of its commit. */
  readonly timestamp: number;
}

/** Returns the tags of HEAD and of all commits before HEAD. Returns [] outside of a repository. */
export async function readTags(directory: string): Promise<Tag[]> {
  const format = '%(refname:strip=2)%09%(creatordate:unix)';
  const query = ['for-each-ref', '--merged=HEAD', `--format=${format}`, 'refs/tags'];
  const said = (await askGit(directory, query)) ?? '';
  return said
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([name, time]) => (name && time ? [{ name, timestamp: Number(time) }] : []));
}
