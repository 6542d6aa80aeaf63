import { existsSync } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isBelow } from '../../source/earlier-results.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { walkTree } from '../../system/files/walk-tree.ts';
import { askGit } from '../../system/git/run-git.ts';
import { version } from '../../system/text/project-file.ts';
import type { DriverReading } from './read-planned-driver.ts';

/** The version of the facts. Increase it when dkms-deb reads other facts from the same source. */
const FORMAT = 2;
/** Environment variables that decide who the maintainer is, or which time stamp all files get. */
const VARIABLES = ['DEBFULLNAME', 'NAME', 'DEBEMAIL', 'EMAIL', 'SOURCE_DATE_EPOCH'];

/**
 * Returns a sha256 of what the facts of a driver usually depend on. The contents of files are not read: their size,
 * mode and times show a change. The sha256 also covers the git configuration of the repository and of the user, but not
 * /etc/gitconfig.
 */
export async function driverStamp({
  path,
  choices,
  without,
  maintainer,
}: DriverReading): Promise<string> {
  const choice = [choices.conf, choices.set, choices.snapshot, choices.suffix, maintainer];
  const configuration = [
    join(homedir(), '.gitconfig'),
    join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git/config'),
  ];
  const lines = [
    JSON.stringify([FORMAT, version(), path, choice, VARIABLES.map((name) => process.env[name])]),
    ...(await Promise.all(configuration.map(stampOf))),
    ...((await stat(path)).isDirectory()
      ? await linesOfTree(path, without)
      : [await stampOf(await realpath(path))]),
  ];
  return sha256(lines.join('\n'));
}

async function linesOfTree(directory: string, without: readonly string[]): Promise<string[]> {
  const entries = await walkTree(directory, {
    enter: ({ name, path }) => name !== '.git' && !isBelow(join(directory, path), without),
  });
  const lines: string[] = [];
  for (const { path } of entries) {
    const file = join(directory, path);
    if (!isBelow(file, without)) lines.push(`${path} ${await stampOf(file)}`);
  }
  return [...lines, ...(await linesOfGit(directory))];
}

/**
 * Returns the commit, the output of `git describe`, and the stamps of git's index and configuration. The version of the
 * driver, and which files are source, depend on these. Returns [] outside of a git repository, and if git does not
 * answer, as in a repository without a commit.
 */
async function linesOfGit(directory: string): Promise<string[]> {
  if (!isInRepository(directory)) return [];
  const said = await askGit(directory, [
    'rev-parse',
    'HEAD',
    '--git-path',
    'index',
    '--git-path',
    'config',
  ]);
  if (said === undefined) return [];
  const [head = '', ...files] = said.split('\n');
  const described = await askGit(directory, ['describe', '--tags', '--always']);
  const stamps = await Promise.all(files.map((file) => stampOf(resolve(directory, file))));
  return [head, described ?? '', ...stamps];
}

function isInRepository(directory: string): boolean {
  if (existsSync(join(directory, '.git'))) return true;
  return dirname(directory) !== directory && isInRepository(dirname(directory));
}

async function stampOf(file: string): Promise<string> {
  const found = await lstat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${found.mode} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
