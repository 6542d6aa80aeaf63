import { posix } from 'node:path';
import { InputError } from '../../errors.ts';
import type { FleetConfig } from '../config/fleet-config.ts';

/**
 * What a pipeline does, according to dkms-deb.yaml. In all texts except `schedule`, no character has a special meaning
 * for a shell or a CI system.
 */
export interface CiSettings {
  /** The path of dkms-deb.yaml, relative to the top of the git repository. */
  readonly config: string;
  readonly image: string;
  readonly schedule: string;
  /** Undefined if the pipeline only builds. */
  readonly publishing: Publishing | undefined;
}

export interface Publishing {
  /** The directory of the apt repository, relative to the top of the git repository. */
  readonly site: string;
  /**
   * Where the apt repository is kept between two runs of the pipeline: in the git branch `branch`, or at the place
   * `rsync`. Exactly one of the two is set.
   */
  readonly branch: string | undefined;
  readonly rsync: string | undefined;
  /** Where jobs without secrets read what is published: the directory `site`, or a URL. */
  readonly readFrom: string;
  /**
   * The path of the certificate with which the publishing job signs the modules. Undefined if it does not sign them.
   */
  readonly certificate: string | undefined;
  /** Whether the repository has an Origin. Without one there is no keyring package for the certificate. */
  readonly hasOrigin: boolean;
  /** Whether the index expires. If so, the pipeline signs it again even if there is nothing new. */
  readonly renews: boolean;
}

const IMAGE = 'debian:trixie';
/** A time in UTC, in the format of crontab(5). At full hours many jobs start, and GitHub drops some of them. */
const SCHEDULE = '17 5 * * *';
const BRANCH = 'packages';
const SITE = 'site';

const PATH = /^(?:(?!\.\.?(?:\/|$))[\w.][\w.+-]*(?:\/|$))+$/;
const URL = /^https?:\/\/[\w.@:/~+-]+$/;

/**
 * Returns what the pipeline for a dkms-deb.yaml does. `file` is the path of dkms-deb.yaml, relative to the top of the
 * git repository. Throws InputError `ci-config` if the file asks for something that a pipeline cannot do, or must not
 * do.
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
    throw refused(file, 'the file has branch: or rsync: under ci:, but no repository:', {
      hint: 'Add repository: {path: site, keys: [FINGERPRINT]}.',
    });
  }
  if (ci.branch !== undefined && ci.rsync !== undefined) {
    throw refused(
      file,
      'ci: has both branch: and rsync:, but the repository is kept in one place',
      { hint: 'Keep branch: or rsync:.' },
    );
  }
  if ((repository.keys ?? []).length === 0) {
    throw refused(file, 'repository: has no keys:, so no job can check what is published', {
      hint: 'Add keys: with the fingerprint of the key that signs the repository (gpg --list-secret-keys).',
    });
  }
  const site = checkedPath(beside(file, repository.path ?? SITE), 'repository: path:', file);
  if (ci.rsync !== undefined && repository.url === undefined) {
    throw refused(
      file,
      'repository: has no url:, but jobs without secrets need it to read what rsync has stored',
      {
        hint: 'Add url: to repository: the address at which machines read the repository.',
      },
    );
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

/**
 * Returns the path of the certificate for signing modules; the publishing job has its key. Returns undefined if
 * dkms-deb.yaml names no certificate. Throws InputError `ci-config` if the file names several certificates. Also throws
 * it if the file names a key or a command for signing, because every job would get the key or run the command.
 */
function certificateOf(file: string, { sign }: FleetConfig): string | undefined {
  if (sign === undefined) return undefined;
  if (sign.key !== undefined || sign.command !== undefined) {
    const what = sign.key === undefined ? 'command' : 'key';
    throw refused(
      file,
      `sign names a ${what}, which every job would get, also the jobs of a pull request`,
      {
        hint: 'Keep only certificate: in sign. The publishing job then signs with a secret of the CI system.',
      },
    );
  }
  const [certificate, ...others] = [sign.certificate ?? []].flat();
  if (certificate === undefined) return undefined;
  if (others.length > 0) {
    throw refused(file, 'sign names several certificates, but a pipeline signs with one key', {
      hint: 'Keep the certificate of the key that the pipeline has.',
    });
  }
  return checkedPath(beside(file, certificate), 'sign: certificate:', file);
}

/**
 * Converts a path in dkms-deb.yaml into one relative to the top of the git repository. An absolute path stays as it
 * is.
 */
function beside(file: string, path: string): string {
  return posix.isAbsolute(path) ? path : posix.join(posix.dirname(file), path);
}

/**
 * Returns `path` in its shortest form if it is below the top of the git repository, and needs no quotes in any file of
 * a pipeline. Throws InputError `ci-config` otherwise. `what` says in the message what the path is for, and `file` is
 * the place of the error.
 */
export function checkedPath(path: string, what: string, file: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '');
  if (PATH.test(normal) && normal.length <= 200) return normal;
  const hint =
    'Name a path below the top of the git repository, of letters, digits, ".", "_", "+" and "-".';
  throw refused(
    file,
    `${what} ${JSON.stringify(path.slice(0, 100))} is not a path that a pipeline can use`,
    {
      hint,
    },
  );
}

function checkedUrl(url: string, file: string): string {
  if (URL.test(url)) return url;
  throw refused(file, `repository: url: ${JSON.stringify(url.slice(0, 100))} is not a plain URL`, {
    hint: 'Write a URL such as https://packages.example.org/drivers.',
  });
}

function refused(file: string, message: string, { hint }: { hint: string }): InputError {
  return new InputError('ci-config', message, { where: { file }, hint });
}
