import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../system/process/run.ts';
import { COMPONENT } from './repository-layout.ts';

/** What the Release file says about a suite. */
export interface ReleaseChoices {
  readonly origin: string;
  readonly label: string;
  /** The name of the suite's directory. Sources of apt contain it. */
  readonly suite: string;
  /** The codename of the release that the packages are for. */
  readonly codename: string;
  readonly architectures: readonly string[];
  /**
   * For how many seconds apt accepts the index; somebody must publish again before this time is over. Undefined if it
   * never expires.
   */
  readonly validSeconds: number | undefined;
}

/**
 * Lets apt-ftparchive write the copies by hash below a staged suite, and returns the text of its Release file. Only the
 * files of this suite are listed: by default apt-ftparchive would list an old Release, too. At the end the plain
 * Contents are removed. Release still lists these files, as in Debian's archive, because apt checks the file that it
 * has unpacked.
 */
export async function releaseText(directory: string, choices: ReleaseChoices): Promise<string> {
  const { origin, label, suite, codename, architectures, validSeconds } = choices;
  const settings: [string, string][] = [
    ['DoByHash', 'true'],
    ['MD5', 'false'],
    ['SHA1', 'false'],
    ['SHA512', 'false'],
    ['Release::Acquire-By-Hash', 'yes'],
    ['Release::Default-Patterns', 'false'],
    ['Release::Patterns::', 'Packages*'],
    ['Release::Patterns::', 'Contents-*'],
    ['Release::Origin', origin],
    ['Release::Label', label],
    ['Release::Suite', suite],
    ['Release::Codename', codename],
    ['Release::Architectures', architectures.join(' ')],
    ['Release::Components', COMPONENT],
    ...(validSeconds === undefined
      ? []
      : [['Release::ValidTime', String(validSeconds)] as [string, string]]),
  ];
  const options = settings.flatMap(([name, value]) => ['-o', `APT::FTPArchive::${name}=${value}`]);
  const { stdout } = await run('apt-ftparchive', [...options, 'release', '.'], { cwd: directory });
  const component = join(directory, COMPONENT);
  for (const name of await readdir(component)) {
    if (!/^Contents-[a-z0-9-]+$/.test(name)) continue;
    const digest = digestOf(stdout, `${COMPONENT}/${name}`);
    await rm(join(component, name));
    if (digest !== undefined) await rm(join(component, 'by-hash/SHA256', digest), { force: true });
  }
  return stdout;
}

/** Returns the SHA-256 of a file in the text of a Release file. */
function digestOf(release: string, path: string): string | undefined {
  const lines = release.split('\n').map((line) => line.trim().split(/\s+/));
  return lines.find(([, , file]) => file === path)?.[0];
}
