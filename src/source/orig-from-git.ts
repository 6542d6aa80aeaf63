import { debianUpstreamVersion } from '../dkms/conf/names.ts';
import { isTracked } from '../dkms/source/git-view.ts';
import { askGit } from '../system/git/run-git.ts';

/** The commit of an upstream version. */
export interface UpstreamCommit {
  readonly hash: string;
  /** How the commit was found, such as `tag v1.2`. Used in messages. */
  readonly label: string;
}

/** Words that may be before the version in the name of a tag. The name of the project may also be there. */
const WORDS = ['release', 'rel', 'version', 'ver', 'stable', 'driver'];

/**
 * Finds the commit of an upstream version: the commit in the version of a snapshot, or the commit of a tag for the
 * version (v1.2, 1.2, upstream/1.2, <name>-1.2, …, see debianUpstreamVersion). Returns undefined if the tree is not in
 * a repository, or if there is no such commit.
 */
export async function findUpstreamCommit(
  tree: string,
  upstream: string,
  names: readonly string[],
): Promise<UpstreamCommit | undefined> {
  if (!(await isTracked(tree))) return undefined;
  const abbreviated = /\+git\d{8}\.([0-9a-f]{7,40})$/.exec(upstream)?.[1];
  if (abbreviated !== undefined) {
    const hash = await resolveCommit(tree, abbreviated);
    if (hash !== undefined) return { hash, label: `commit ${abbreviated}` };
  }
  const listed = await askGit(tree, ['for-each-ref', '--format=%(refname:strip=2)', 'refs/tags']);
  const tags = (listed ?? '').split('\n').filter(Boolean);
  const ranked = tags
    .map((tag) => ({ tag, rank: rankOfTag(tag, upstream, names) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || (a.tag < b.tag ? -1 : 1));
  const [best] = ranked;
  if (best === undefined) return undefined;
  const hash = await resolveCommit(tree, `refs/tags/${best.tag}`);
  return hash === undefined ? undefined : { hash, label: `tag ${best.tag}` };
}

/**
 * Returns the id of a commit for its short id or its ref; undefined if there is none. HEAD is compared first, because
 * seven digits may be ambiguous in a large repository.
 */
async function resolveCommit(tree: string, name: string): Promise<string | undefined> {
  const head = await askGit(tree, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (head?.startsWith(name)) return head;
  return askGit(tree, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
}

/** Returns how well a tag fits the version, from 0 (best) to 3. Returns undefined if the tag is for another version. */
export function rankOfTag(
  tag: string,
  upstream: string,
  names: readonly string[],
): number | undefined {
  const [, prefix = '', rest = ''] = /^(.*?)[vV]?\.?(\d.*)$/s.exec(tag) ?? [];
  // git-buildpackage writes _ instead of ~, and % instead of :, in the names of tags.
  const said = [mapped(rest), rest.replaceAll('_', '~').replaceAll('%', ':')];
  if (!said.includes(upstream)) return undefined;
  if (prefix === 'upstream/') return 0;
  if (prefix === '') return 1;
  const word = prefix.replace(/[-_/]$/, '').toLowerCase();
  if (names.some((name) => name.toLowerCase() === word)) return 2;
  return WORDS.includes(word) ? 3 : undefined;
}

function mapped(version: string): string | undefined {
  try {
    return debianUpstreamVersion(version);
  } catch {
    return undefined;
  }
}
