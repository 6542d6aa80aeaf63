import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type RunResult, run } from '../../src/system/process/run.ts';

/** An OpenPGP key that signs the Release files of an archive. */
export interface ArchiveKey {
  /** GNUPGHOME. */
  readonly home: string;
  readonly user: string;
  /** The file with the public key, for Signed-By. */
  readonly publicFile: string;
}

/** Makes a key in a keyring below `directory`, which must have a short path: gpg-agent's socket is in it. */
export async function makeArchiveKey(directory: string, name = 'archive'): Promise<ArchiveKey> {
  const home = join(directory, `gnupg-${name}`);
  const user = `${name}@example.org`;
  await mkdir(home, { mode: 0o700 });
  const key = { home, user, publicFile: join(directory, `${name}.gpg`) };
  await gpg(key, ['--passphrase', '', '--quick-generate-key', user, 'ed25519', 'sign', '1d']);
  await gpg(key, ['--output', key.publicFile, '--export', user]);
  return key;
}

/** Returns the public key as text, as Signed-By may contain it (sources.list(5)). */
export async function armouredKey(key: ArchiveKey): Promise<string> {
  return (await gpg(key, ['--armor', '--export', key.user])).stdout;
}

/** Ends the gpg-agent of a key. */
export async function releaseArchiveKey({ home }: ArchiveKey): Promise<void> {
  await run('gpgconf', ['--homedir', home, '--kill', 'all']);
}

function gpg({ home }: ArchiveKey, args: readonly string[]): Promise<RunResult> {
  return run('gpg', ['--homedir', home, '--batch', '--quiet', '--yes', ...args]);
}

/** A suite of a test's archive. */
export interface ArchiveSuite {
  readonly codename: string;
  readonly origin: string;
  readonly architectures: readonly string[];
  /** .deb files. */
  readonly packages: readonly string[];
  /** The Date and Valid-Until fields of Release. Default: now, and none. */
  readonly date?: string;
  readonly validUntil?: string;
}

/**
 * Writes dists/CODENAME and the pool of a suite into the archive `directory`, as apt-ftparchive(1) does it, with
 * InRelease signed by `key`. Without a key there is only an unsigned Release.
 */
export async function writeArchiveSuite(
  directory: string,
  suite: ArchiveSuite,
  key: ArchiveKey | undefined,
): Promise<void> {
  const { codename, origin, architectures, packages } = suite;
  const dists = join(directory, 'dists', codename);
  const pool = join('pool', codename);
  for (const place of [dists, join(directory, pool)]) {
    await rm(place, { recursive: true, force: true });
    await mkdir(place, { recursive: true });
  }
  for (const file of packages) await link(file, join(directory, pool, basename(file)));
  for (const architecture of architectures) {
    const place = join(dists, 'main', `binary-${architecture}`);
    await mkdir(place, { recursive: true });
    const { stdout } = await run('apt-ftparchive', ['--arch', architecture, 'packages', pool], {
      cwd: directory,
    });
    await writeFile(join(place, 'Packages'), stdout);
  }
  const fields = {
    Origin: origin,
    Label: origin,
    Suite: codename,
    Codename: codename,
    Architectures: architectures.join(' '),
    Components: 'main',
    ...(suite.date !== undefined && { Date: suite.date }),
  };
  const options = Object.entries(fields).flatMap(([name, value]) => [
    '-o',
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  const { stdout } = await run('apt-ftparchive', [...options, 'release', dists]);
  const release = join(dists, 'Release');
  // apt-ftparchive has an option for it, but only for times to come.
  const validUntil = suite.validUntil === undefined ? '' : `Valid-Until: ${suite.validUntil}\n`;
  await writeFile(release, validUntil + stdout);
  if (key === undefined) return;
  const signed = join(dists, 'InRelease');
  await gpg(key, ['--local-user', key.user, '--clearsign', '--output', signed, release]);
  await rm(release);
}

/** Where apt finds an archive, and what it trusts. */
export interface SourceText {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly signedBy: string | undefined;
  /** More fields, such as `Check-Valid-Until: no`. */
  readonly more?: readonly string[];
}

/** A stanza of a .sources file. */
export function deb822Source({ uri, suites, signedBy, more = [] }: SourceText): string {
  return [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${suites.join(' ')}`,
    'Components: main',
    ...(signedBy === undefined ? [] : [`Signed-By: ${signedBy}`]),
    ...more,
    '',
  ].join('\n');
}

/** The same source in the one-line form. */
export function listSource({ uri, suites, signedBy }: SourceText): string {
  const option = signedBy === undefined ? '' : `[signed-by=${signedBy}] `;
  return suites.map((suite) => `deb ${option}${uri} ${suite} main\n`).join('');
}

/**
 * Writes the configuration of a machine's apt below `directory`, with these sources and settings only, and returns
 * the variables that make dkms-deb read it. Tests must not meet the archives of the machine that they run on.
 */
export async function machineApt(
  directory: string,
  { sources = '', settings = [] }: { sources?: string; settings?: readonly string[] } = {},
): Promise<{ readonly APT_CONFIG: string }> {
  const etc = join(directory, 'etc-apt');
  for (const part of ['apt.conf.d', 'sources.list.d', 'auth.conf.d', 'trusted.gpg.d']) {
    await mkdir(join(etc, part), { recursive: true });
  }
  await writeFile(join(etc, 'sources.list.d/machine.sources'), sources);
  const file = join(directory, 'machine-apt.conf');
  await writeFile(file, [`Dir::Etc "${etc}";`, ...settings, ''].join('\n'));
  return { APT_CONFIG: file };
}
