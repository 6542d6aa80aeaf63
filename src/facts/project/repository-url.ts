/** From what git calls a remote to what a control file may say of it. */

export interface Repository {
  /** For Vcs-Git: an anonymous https URL that `git clone` takes. */
  readonly git: string;
  /** For Vcs-Browser; undefined where it is not known that a browser can look at it. */
  readonly browser: string | undefined;
  /** For Homepage. */
  readonly page: string | undefined;
}

/** Hosts whose clone URL without `.git` is a page; GitLab, Gitea and the like under any domain. */
const FORGES =
  /^(?:github\.com|bitbucket\.org|codeberg\.org|framagit\.org|gitee\.com|git\.disroot\.org|git\.sr\.ht|gitea\.com|notabug\.org|opendev\.org|invent\.kde\.org|source\.puri\.sm|(?:salsa|git|gitlab|gitea|forgejo|codeberg|forge)\.(?:debian|launchpad|freedesktop|gnome)\.\w+|(?:gitlab|gitea|forgejo)\.[\w.-]+)$/;

const SCP = /^(?:[^@/:]+@)?([A-Za-z0-9.-]+\.[A-Za-z]{2,}):(?!\/\/)\/?(.+)$/;

/**
 * The repository behind https, http, git, ssh and scp-like URLs, without user, password, token,
 * port of another protocol, query. Undefined for local paths, for hosts that only one network
 * knows, and for ssh to a host that is no known forge (https may not be there).
 */
export function repositoryOf(remote: string): Repository | undefined {
  const url = parse(remote.trim());
  if (url === undefined) return undefined;
  const host = url.hostname.toLowerCase();
  const path = url.pathname.replace(/\/+$/, '');
  const bare = path.replace(/\.git$/, '');
  if (!isPublicHost(host) || bare.length < 2 || /[\s\p{Cc}]/u.test(path)) return undefined;
  const sourceForge = /^git\.code\.sf\.net$/.test(host)
    ? /^\/p\/([^/]+)/.exec(path)?.[1]
    : undefined;
  if (sourceForge !== undefined) {
    return {
      git: `https://${host}${path}`,
      browser: `https://sourceforge.net${bare}`,
      page: `https://sourceforge.net/projects/${sourceForge}/`,
    };
  }
  if (host === 'git.kernel.org') {
    return {
      git: `https://${host}${path}`,
      browser: `https://${host}${path}`,
      page: `https://${host}${path}`,
    };
  }
  if (FORGES.test(host)) {
    const page = `https://${host}${bare}`;
    // sr.ht clones without the suffix only.
    return { git: host === 'git.sr.ht' ? page : `${page}.git`, browser: page, page };
  }
  if (!/^https?:$/.test(url.protocol)) return undefined;
  const port = url.port === '' ? '' : `:${url.port}`;
  return { git: `${url.protocol}//${host}${port}${path}`, browser: undefined, page: undefined };
}

function parse(remote: string): URL | undefined {
  try {
    const scp = SCP.exec(remote);
    if (scp !== null) return new URL(`ssh://${scp[1]}/${scp[2]}`);
    const url = new URL(remote.replace(/^git\+/, ''));
    return /^(?:https?|git|ssh|git\+ssh):$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** A name that the whole internet may know: not an address, not a network's own. */
function isPublicHost(host: string): boolean {
  return (
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(host) &&
    !/\.(?:local|localdomain|internal|intranet|lan|home|corp|private|test|invalid|localhost|onion)$/.test(
      host,
    )
  );
}
