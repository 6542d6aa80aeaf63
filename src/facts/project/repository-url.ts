/** Converts the URL of a git remote to the addresses in a control file. */

export interface Repository {
  /**
   * The address for Vcs-Git, without a user name and a password: an https URL. For a host that is not known to offer
   * https, an http URL if the remote has one.
   */
  readonly git: string;
  /** The address for Vcs-Browser. Undefined if it is unknown whether the host has web pages for repositories. */
  readonly browser: string | undefined;
  /** The address for Homepage. Undefined in the same case as `browser`. */
  readonly page: string | undefined;
}

/** Hosts on which the URL of a repository without `.git` is also the URL of its web page. */
const FORGES =
  /^(?:github\.com|bitbucket\.org|codeberg\.org|framagit\.org|gitee\.com|git\.disroot\.org|git\.sr\.ht|gitea\.com|notabug\.org|opendev\.org|invent\.kde\.org|source\.puri\.sm|(?:salsa|git|gitlab|gitea|forgejo|codeberg|forge)\.(?:debian|launchpad|freedesktop|gnome)\.\w+|(?:gitlab|gitea|forgejo)\.[\w.-]+)$/;

const SCP = /^(?:[^@/:]+@)?([A-Za-z0-9.-]+\.[A-Za-z]{2,}):(?!\/\/)\/?(.+)$/;

/**
 * Returns the addresses of a repository for the URL of a remote. The URL is https, http, git or ssh, or in the form of
 * scp. User name, password, token, query and the port of ssh are removed. Returns undefined for a local path, for a
 * private host, and for a URL of git or ssh with an unknown host, which may not offer https.
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
    // sr.ht accepts the URL of a clone only without `.git`.
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

/** Whether a host name can be public. An IP address or a local domain cannot. */
export function isPublicHost(host: string): boolean {
  return (
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(host) &&
    !/\.(?:local|localdomain|internal|intranet|lan|home|corp|private|test|invalid|localhost|onion)$/.test(
      host,
    )
  );
}
