import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
}

/** A Debian suite, accessed with apt. */
export interface Archive {
  /** Returns the *-dkms packages in main, sorted by name. */
  dkmsPackages(): Promise<ArchivePackage[]>;
  /** Downloads a package into `directory`/download, which has no other file, and returns its path. */
  download(name: string, directory: string): Promise<string>;
}

/** Returns the suite of this machine. */
export async function ownSuite(): Promise<string> {
  const [, suite] =
    /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8')) ?? [];
  if (suite === undefined) throw new Error('/etc/os-release has no VERSION_CODENAME');
  return suite;
}

/** Returns a suite: this machine's own with its apt, any other with separate lists below `state`. */
export async function archiveOf(suite: string, state: string): Promise<Archive> {
  const options = suite === (await ownSuite()) ? [] : await privateApt(suite, join(state, suite));
  const aptCache = async (...args: string[]) =>
    (await run('apt-cache', [...options, ...args])).stdout;
  return {
    dkmsPackages: async () => {
      const found = await aptCache('search', '--names-only', '--', '-dkms$');
      const names = found
        .split('\n')
        .map((line) => line.split(' ')[0] ?? '')
        .filter((name) => name !== '' && name !== 'dh-dkms');
      const stanzas = (await aptCache('show', '--no-all-versions', ...names)).split('\n\n');
      return stanzas
        .filter((stanza) => /^Filename: pool\/(updates\/)?main\//m.test(stanza))
        .map((stanza) => ({ name: field(stanza, 'Package'), version: field(stanza, 'Version') }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
    download: async (name, directory) => {
      const target = join(directory, 'download');
      await mkdir(target, { recursive: true });
      const own = ['-qq', '-o', 'APT::Sandbox::User=root', ...options];
      await run('apt-get', ['download', ...own, name], { cwd: target, timeoutSeconds: 300 });
      const [file] = await readdir(target);
      if (file === undefined) throw new Error(`apt-get download ${name} brought nothing`);
      return join(target, file);
    },
  };
}

/** Returns the URI of the mirror of Debian that this machine's apt uses. */
export async function debianMirror(): Promise<string> {
  const format = '$(REPO_URI)|$(ORIGIN)|$(LABEL)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format]);
  const found = stdout.split('\n').find((line) => line.endsWith('|Debian|Debian'));
  if (found === undefined) throw new Error('no Debian mirror among the sources of apt');
  return found.split('|')[0] ?? '';
}

/** Returns apt's options for the lists of another suite, and the options `more`. The lists are downloaded only once. */
export async function privateApt(
  suite: string,
  state: string,
  more: readonly string[] = [],
): Promise<string[]> {
  const sources = join(state, 'sources.list');
  const options = [
    ...['-o', `Dir::Etc::SourceList=${sources}`, '-o', 'Dir::Etc::SourceParts=/dev/null'],
    ...['-o', `Dir::State=${state}/state`, '-o', `Dir::Cache=${state}/cache`],
    // The packages of this machine do not belong to that suite.
    ...['-o', 'Dir::State::Status=/dev/null'],
    ...more,
  ];
  if (existsSync(sources)) return options;
  const mirror = await debianMirror();
  await mkdir(join(state, 'state/lists/partial'), { recursive: true });
  await mkdir(join(state, 'cache/archives/partial'), { recursive: true });
  await writeFile(`${sources}.new`, `deb ${mirror} ${suite} main\n`);
  const update = options.map((option) => option.replace(sources, `${sources}.new`));
  await run('apt-get', ['update', '-qq', '-o', 'APT::Sandbox::User=root', ...update], {
    timeoutSeconds: 300,
  });
  await writeFile(sources, await readFile(`${sources}.new`));
  return options;
}

function field(stanza: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
}
