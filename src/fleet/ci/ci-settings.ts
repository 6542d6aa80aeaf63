import { posix } from 'node:path';
import { InputError } from '../../errors.ts';
import type { FleetConfig } from '../config/fleet-config.ts';

/** What a pipeline does, made of dkms-deb.yaml. All texts are words that no shell and no CI system changes. */
export interface CiSettings {
  /** dkms-deb.yaml, relative to the top of the git repository. */
  readonly config: string;
  readonly image: string;
  readonly schedule: string;
  /** Undefined if the pipeline only builds. */
  readonly publishing: Publishing | undefined;
}

export interface Publishing {
  /** The directory of the repository, relative to the top of the git repository. */
  readonly site: string;
  /** What keeps the repository between two pipelines: a git branch, or a place for rsync. */
  readonly branch: string | undefined;
  readonly rsync: string | undefined;
  /** Where a pipeline without secrets reads what is published: `site`, or a URL. */
  readonly readFrom: string;
  /** The certificate of the modules, if the publishing job signs them. */
  readonly certificate: string | undefined;
  /** Whether the package with the keys contains the certificate. */
  readonly hasOrigin: boolean;
  /** Whether the index expires, so that it is signed again when there is nothing new. */
  readonly renews: boolean;
}

const IMAGE = 'debian:trixie';
/** In UTC. Many jobs start at full hours, and GitHub then drops some. */
const SCHEDULE = '17 5 * * *';
const BRANCH = 'packages';
const SITE = 'site';

const PATH = /^(?:(?!\.\.?(?:\/|$))[\w.][\w.+-]*(?:\/|$))+$/;
const URL = /^https?:\/\/[\w.@:/~+-]+$/;

/**
 * Returns what the pipeline of a configuration does. `config` is its path relative to the top of the git repository.
 * Throws InputError `ci-config` for what a pipeline cannot do, or must not.
 */
export function ciSettings(file: string, config: FleetConfig): CiSettings {
  const { ci = {} } = config;
  return {
    config: checkedPath(file, 'dkms-deb.yaml', file),
    image: ci.image ?? IMAGE,
    schedule: ci.schedule ?? SCHEDULE,
    publishing: publishingOf(file, config),
  };
}

function publishingOf(file: string, config: FleetConfig): Publishing | undefined {
  const { repository, ci = {} } = config;
  const certificate = certificateOf(file, config);
  if (repository === undefined) {
    if (ci.branch === undefined && ci.rsync === undefined) return undefined;
    throw refused(file, 'ci names a place for the repository, but there is no repository', {
      hint: 'Add repository: {path: site, keys: [FINGERPRINT]}.',
    });
  }
  if (ci.branch !== undefined && ci.rsync !== undefined) {
    throw refused(file, 'ci names a branch and a place for rsync', { hint: 'Keep one of them.' });
  }
  if ((repository.keys ?? []).length === 0) {
    throw refused(file, 'repository has no keys, so no job can check what is published', {
      hint: 'Add keys: with the fingerprint of the key that will sign it (gpg --list-secret-keys).',
    });
  }
  const site = checkedPath(beside(file, repository.path ?? SITE), 'repository: path:', file);
  if (ci.rsync !== undefined && repository.url === undefined) {
    throw refused(file, 'with ci: rsync:, jobs without secrets read the repository at its URL', {
      hint: 'Add url: to repository, the address at which machines read it.',
    });
  }
  return {
    site,
    branch: ci.rsync === undefined ? (ci.branch ?? BRANCH) : undefined,
    rsync: ci.rsync?.replace(/\/+$/, ''),
    readFrom: ci.rsync === undefined ? site : checkedUrl(repository.url ?? '', file),
    certificate,
    hasOrigin: repository.origin !== undefined,
    renews: repository['valid-for'] !== undefined,
  };
}

/** Returns the certificate of the key that the publishing job has. A key in the configuration would be in every job. */
function certificateOf(file: string, { sign }: FleetConfig): string | undefined {
  if (sign === undefined) return undefined;
  if (sign.key !== undefined || sign.command !== undefined) {
    const what = sign.key === undefined ? 'command' : 'key';
    throw refused(
      file,
      `sign names a ${what}, which every job would need, also of a pull request`,
      {
        hint: 'Keep only certificate: in sign. The publishing job then signs with a secret of the CI system.',
      },
    );
  }
  const [certificate, ...others] = [sign.certificate ?? []].flat();
  if (certificate === undefined) return undefined;
  if (others.length > 0) {
    throw refused(file, 'sign names several certificates, and a pipeline signs with one key', {
      hint: 'Keep the certificate of the key that the pipeline has.',
    });
  }
  return checkedPath(beside(file, certificate), 'sign: certificate:', file);
}

/** Returns a path of the configuration, relative to the top of the git repository. An absolute path stays one. */
function beside(file: string, path: string): string {
  return posix.isAbsolute(path) ? path : posix.join(posix.dirname(file), path);
}

/** Returns a path that needs no quotes in any file of a pipeline. `what` and `file` are for the InputError `ci-config`. */
export function checkedPath(path: string, what: string, file: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '');
  if (PATH.test(normal) && normal.length <= 200) return normal;
  const hint =
    'Name a path below the top of the git repository, of letters, digits, ".", "_", "+" and "-".';
  throw refused(file, `${what} ${JSON.stringify(path.slice(0, 100))} does not fit a pipeline`, {
    hint,
  });
}

function checkedUrl(url: string, file: string): string {
  if (URL.test(url)) return url;
  throw refused(file, `repository: url: ${JSON.stringify(url.slice(0, 100))} is not a plain URL`, {
    hint: 'Write one such as https://packages.example.org/drivers.',
  });
}

function refused(file: string, message: string, { hint }: { hint: string }): InputError {
  return new InputError('ci-config', message, { where: { file }, hint });
}
