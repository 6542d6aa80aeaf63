import { isInsideRepository } from '../dkms/source/git-view.ts';
import { askGit, type Environment } from '../system/process/run-git.ts';

/** What git knows of a directory; all of it empty where there is no git or no repository. */
export interface GitFacts {
  /** `user.name`, `remote.origin.url` …, keys in lower case up to the last dot's section. */
  readonly config: ReadonlyMap<string, string>;
  /** False too for a directory that only lies inside somebody's repository without being in it. */
  readonly tracked: boolean;
  /** `git describe --tags`: `v1.2` or `v1.2-5-gabc1234`. */
  readonly describe: string | undefined;
}

/**
 * Asks git once for all the facts. No repository, no commits, no git program: empty, not an error.
 * The user's own configuration (user.name …) is told even where there is no repository.
 */
export async function readGit(
  directory: string,
  environment: Environment = process.env,
): Promise<GitFacts> {
  const options = { environment, timeoutSeconds: 20 };
  const ask = (args: readonly string[]) => askGit(directory, args, options);
  const inside = isInsideRepository(directory);
  const [settings, files, described] = await Promise.all([
    ask(['config', '--null', '--get-regexp', '^(user|remote|branch|url)\\.']),
    inside ? ask(['ls-files', '--cached', '--', ':(glob)*']) : undefined,
    inside ? describe(ask) : undefined,
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
 * or committing what init wrote would make it write again. A merge has the same contents as the commit that it
 * brought in: that one of both counts which has a tag itself.
 */
async function describe(
  ask: (args: readonly string[]) => Promise<string | undefined>,
): Promise<string | undefined> {
  const paths = ['--format=%H', '--', ':(top)', ':(top,exclude)debian'];
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

/** `key\nvalue\0…`; a later file (the repository's) overrides an earlier one (the user's). */
function parseConfig(output: string): Map<string, string> {
  const config = new Map<string, string>();
  for (const entry of output.split('\0')) {
    const end = entry.indexOf('\n');
    if (end > 0) config.set(entry.slice(0, end), entry.slice(end + 1));
  }
  return config;
}

/** A tag of the tree's history. */
export interface Tag {
  readonly name: string;
  /** Of the tag, or of the commit where the tag has no date of its own; seconds. */
  readonly timestamp: number;
}

/** The tags that HEAD has behind it; none where there is no repository. */
export async function readTags(directory: string): Promise<Tag[]> {
  const format = '%(refname:strip=2)%09%(creatordate:unix)';
  const query = ['for-each-ref', '--merged=HEAD', `--format=${format}`, 'refs/tags'];
  const said = (await askGit(directory, query)) ?? '';
  return said
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([name, time]) => (name && time ? [{ name, timestamp: Number(time) }] : []));
}
