/** Finds Homepage, Vcs-Git and Vcs-Browser (Policy 5.6.23, 5.6.26) in the remotes of git and in the README. */

import type { SourceFile } from '../code/c-sources.ts';
import type { Fact } from '../fact.ts';
import type { GitFacts } from '../git-facts.ts';
import { isPublicHost, type Repository, repositoryOf } from './repository-url.ts';

export interface HomepageFacts {
  readonly homepage: Fact<string> | undefined;
  readonly vcsGit: Fact<string> | undefined;
  readonly vcsBrowser: Fact<string> | undefined;
}

/**
 * Finds the addresses of a project. Vcs-Git and Vcs-Browser have the repository from which the user's repository was
 * cloned: the remote `origin`, or else the only remote that is not `upstream`. Homepage has the page that the README
 * calls the homepage; otherwise the page of the remote `upstream`, or else of the repository in Vcs-Git; otherwise a
 * repository in the README that has the name of the driver. Remotes are used only if git tracks files of the tree. Only
 * public addresses are used. User names and passwords of remotes are removed.
 */
export function findHomepage(
  git: GitFacts,
  sources: readonly SourceFile[],
  dkmsName: string,
): HomepageFacts {
  const origin = remote(git, ['origin', ...otherRemotes(git)]);
  const upstream = remote(git, ['upstream']) ?? origin;
  const readme = sources.find(({ kind, path }) => kind === 'readme' && !path.includes('/'));
  return {
    homepage:
      statedHomepage(readme) ??
      of(upstream, 'page') ??
      of(namedRepository(readme, dkmsName), 'page'),
    vcsGit: of(origin, 'git'),
    vcsBrowser: of(origin, 'browser'),
  };
}

function of(
  repository: Fact<Repository> | undefined,
  part: keyof Repository,
): Fact<string> | undefined {
  const value = repository?.value[part];
  return repository === undefined || value === undefined
    ? undefined
    : { value, from: repository.from };
}

/**
 * Returns the only remote other than `upstream`, as a list with its name. Returns [] if there is no such remote, or if
 * there are several.
 */
function otherRemotes({ config }: GitFacts): string[] {
  const remotes: string[] = [];
  for (const key of config.keys()) {
    const name = /^remote\.(.+)\.url$/.exec(key)?.[1];
    if (name !== undefined && name !== 'upstream') remotes.push(name);
  }
  return remotes.length === 1 ? remotes : [];
}

function remote(git: GitFacts, names: readonly string[]): Fact<Repository> | undefined {
  if (!git.tracked) return undefined;
  for (const name of names) {
    const url = git.config.get(`remote.${name}.url`);
    const repository = url === undefined ? undefined : repositoryOf(rewritten(git, url));
    if (repository !== undefined) return { value: repository, from: `git remote ${name}` };
  }
  return undefined;
}

/**
 * Returns an address as git rewrites it. With the setting `url.https://github.com/.insteadOf=gh:`, `gh:owner/name`
 * becomes an address on github.com. If several settings match, the longest prefix is used (git-config(1)).
 */
function rewritten({ config }: GitFacts, url: string): string {
  let best = '';
  let result = url;
  for (const [key, prefix] of config) {
    const base = /^url\.(.+)\.insteadof$/.exec(key)?.[1];
    if (base !== undefined && prefix.length > best.length && url.startsWith(prefix)) {
      best = prefix;
      result = base + url.slice(prefix.length);
    }
  }
  return result;
}

/** Returns the first project page in a text such as "Homepage: https://…" or "Project website: <https://…>". */
function statedHomepage(readme: SourceFile | undefined): Fact<string> | undefined {
  const stated =
    /\b(?:home ?page|web ?site|web ?page|project (?:page|url|home))\b["'*_`\])]*\s*(?:is|at|:|\()?[\s<("'[*_]*(https?:\/\/[^\s<>()[\]"'`*|]+)/gi;
  for (const [, url] of (readme?.text ?? '').matchAll(stated)) {
    const value = url === undefined ? undefined : publicPage(url);
    if (readme !== undefined && value !== undefined && isProjectPage(value)) {
      return { value, from: readme.path };
    }
  }
  return undefined;
}

/**
 * Returns the first repository in the README that has the name of the driver. Repositories with other names belong to
 * related projects.
 */
function namedRepository(
  readme: SourceFile | undefined,
  dkmsName: string,
): Fact<Repository> | undefined {
  if (readme === undefined) return undefined;
  const comparable = (name: string) => name.toLowerCase().replace(/[-_.]|dkms/g, '');
  for (const [url] of readme.text.matchAll(/https?:\/\/[^\s<>()[\]"'`*|]+/g)) {
    const [host, path] =
      /^https?:\/\/([^/]+\/[^/]+\/[^/#?]+)/.exec(url)?.[1]?.split(/\/(.*)/) ?? [];
    const name = path?.split('/')[1]?.replace(/\.git$/, '') ?? '';
    if (comparable(name) === '' || comparable(name) !== comparable(dkmsName)) continue;
    const repository = repositoryOf(`https://${host}/${path}`);
    if (repository?.page !== undefined) return { value: repository, from: readme.path };
  }
  return undefined;
}

function publicPage(url: string): string | undefined {
  try {
    const { protocol, host, hostname, pathname, username } = new URL(url.replace(/[.,;:!]+$/, ''));
    if (username !== '' || !isPublicHost(hostname)) return undefined;
    return `${protocol}//${host}${pathname}`;
  } catch {
    return undefined;
  }
}

/** Matches addresses in a README that are not the page of a project (Policy 5.6.23). */
const NO_PROJECT_PAGE: readonly RegExp[] = [
  // Addresses of downloads.
  /\.(?:zip|tgz|tar|gz|bz2|xz|zst|7z|rar|exe|msi|deb|rpm|iso|img|bin|pdf|png|jpe?g|gif|svg|patch|diff)$/,
  /[/._-](?:downloads?|dl|getcontent|files?|attachments?|releases)(?:[/._-]|$)/,
  // Addresses of mailing lists and their archives.
  /\/\/(?:lists?|lore|mail|mailman|groups|marc|patchwork)\.|\/(?:pipermail|mailman|listinfo|mail-?archives?)(?:\/|$)/,
  /\b(?:mail-archive\.com|spinics\.net|marc\.info|lkml\.org|gmane\.org)\b/,
  // Addresses of badges and builds.
  /\b(?:shields\.io|badge\.fury\.io|badgen\.net|travis-ci\.\w+|circleci\.com|appveyor\.com|codecov\.io|coveralls\.io|coverity\.com|codacy\.com|semaphoreci\.com|cirrus-ci\.com)\b|badge|\/\/(?:ci|jenkins|build|buildbot)\.|\/(?:actions|workflows|pipelines)(?:\/|$)/,
  // Addresses of licences.
  /\b(?:gnu\.org|opensource\.org|creativecommons\.org|spdx\.org|choosealicense\.com|fsf\.org|apache\.org\/licenses|mozilla\.org\/mpl)\b|\/licen[cs]es?(?:[/.]|$)/,
  // Addresses of parts of a repository, of packages, of chats and of donations.
  /\/(?:issues|pulls?|blob|raw|wiki\/_?edit|merge_requests|commits?)(?:\/|$)/,
  /\b(?:packages\.(?:debian|ubuntu)\.\w+|aur\.archlinux\.org|copr\.fedorainfracloud\.org|launchpad\.net\/~|paypal\.\w+|patreon\.com|ko-fi\.com|buymeacoffee\.com|liberapay\.com|opencollective\.com|discord\.(?:gg|com)|t\.me|twitter\.com|youtube\.com|youtu\.be|reddit\.com|stackoverflow\.com|\w+\.wikipedia\.org)\b/,
];

/**
 * Whether a URL may be the page of a project: it is not a download, mailing list, badge, build, licence, issue or chat.
 */
function isProjectPage(url: string): boolean {
  const plain = url.toLowerCase();
  return !NO_PROJECT_PAGE.some((pattern) => pattern.test(plain));
}
