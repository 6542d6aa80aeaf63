/** Homepage, Vcs-Git and Vcs-Browser (Policy 5.6.23, 5.6.26) from git's remotes and the README. */

import type { SourceFile } from '../code/c-sources.ts';
import type { Fact } from '../fact.ts';
import type { GitFacts } from '../git-facts.ts';
import { isProjectPage } from './project-page.ts';
import { type Repository, repositoryOf } from './repository-url.ts';

export interface HomepageFacts {
  readonly homepage: Fact<string> | undefined;
  readonly vcsGit: Fact<string> | undefined;
  readonly vcsBrowser: Fact<string> | undefined;
}

/**
 * Vcs-* is where this checkout comes from (`origin`); the homepage is the README's word, else the
 * repository that the work comes from (`upstream`, else `origin`), else the one that the README
 * names after the driver. URLs are public https ones: nothing of a private host or a login.
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

/** The only remote there is, whatever it is called. */
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

/** `url.https://github.com/.insteadOf=gh:` makes `gh:owner/name` a URL; the longest prefix wins. */
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

/** "Homepage: https://…", "Project website: <https://…>": the first that is a project's page. */
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

/** A repository in the README with the driver's own name; others are its relatives. */
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
    const { protocol, host, pathname, username } = new URL(url.replace(/[.,;:!]+$/, ''));
    if (username !== '' || !host.includes('.')) return undefined;
    return `${protocol}//${host}${pathname}`;
  } catch {
    return undefined;
  }
}
