import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, resolve } from 'node:path';
import { cacheDirectory } from '../../module/compile/build-cache.ts';
import { isWritable } from '../../system/files/is-readable.ts';
import { readOsRelease, valueInOsRelease } from '../../system/files/os-release.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { temporaryParent } from '../../system/process/cleanup.ts';
import { roomIn } from '../../system/process/no-room.ts';
import { version } from '../../system/text/project-file.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { checkTemporary } from './check-temporary.ts';
import { type MachineFinding, note, ok } from './machine-finding.ts';

const GIGABYTE = 1024 ** 3;
/** How many bytes must be free. A kernel's headers, its compiler and the build of a large driver need so much. */
const LITTLE_ROOM = 2 * GIGABYTE;

/**
 * Returns findings about what every task needs: node, directories in which dkms-deb writes, PATH, and the kind of
 * machine.
 */
export async function checkMachine(): Promise<MachineFinding[]> {
  return [
    ok('dkms-deb', `${version()}, node ${process.versions.node}, ${process.arch}`),
    ...(await checkSystem()),
    ...checkPath(process.env.PATH ?? ''),
    ...checkLocale(process.env),
    await checkTemporary(),
    ...checkDirectory('temporary directory', temporaryParent()),
    ...checkDirectory('cache', cacheDirectory()),
  ];
}

async function checkSystem(): Promise<MachineFinding[]> {
  const release = readOsRelease() ?? '';
  const name = valueInOsRelease(release, 'PRETTY_NAME') ?? 'unknown system';
  const ids = ['ID', 'ID_LIKE'].map((field) => valueInOsRelease(release, field) ?? '');
  const isDebian = ids.some((words) => /\b(?:debian|ubuntu)\b/.test(words));
  const system: MachineFinding = isDebian
    ? ok('system', name)
    : note(
        'system',
        `${name}, which is not Debian or a derivative`,
        'Work in a container of Debian if a program or package is missing.',
      );
  const kind = await containerOrWsl();
  return [system, ...(kind === undefined ? [] : [note('system', kind)])];
}

/** Whether this is a container: of Docker, of Podman, or of a manager that says so (systemd's container interface). */
export function isContainer(): boolean {
  const marks = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];
  return marks.some((file) => existsSync(file)) || process.env.container !== undefined;
}

async function containerOrWsl(): Promise<string | undefined> {
  const kernel = await readTreeText('/proc/version').catch(() => '');
  if (/microsoft/i.test(kernel)) {
    return 'WSL: its kernel has no headers package; modules can be built for kernels of other machines';
  }
  return isContainer() ? 'a container: the running kernel is that of its host' : undefined;
}

/**
 * Returns findings about wrong entries of PATH: directories in which anybody could put a program, relative paths, and
 * paths that are not directories.
 */
export function checkPath(path: string): MachineFinding[] {
  const subject = 'PATH';
  if (path === '') return [note(subject, 'is not set; /usr/sbin:/usr/bin:/sbin:/bin is used')];
  return [...new Set(path.split(':'))].flatMap((entry): MachineFinding[] => {
    const wrong = wrongWith(entry);
    if (wrong === undefined) return [];
    const isUseless = wrong === NO_DIRECTORY;
    const advice = `Take the entry out of PATH${isUseless ? '' : ': whoever can write the directory decides what is run'}.`;
    return [{ state: 'optional', subject, message: `${JSON.stringify(entry)} ${wrong}`, advice }];
  });
}

const NO_DIRECTORY = 'is not a directory';
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

function wrongWith(entry: string): string | undefined {
  if (!isAbsolute(entry))
    return 'is relative: which directory it means depends on the working directory';
  const found = statSync(entry, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return NO_DIRECTORY;
  if ((found.mode & OTHERS_WRITE) === 0) return undefined;
  return `can be written by everybody${found.mode & STICKY ? ', like /tmp' : ''}`;
}

/**
 * Returns a finding if the terminal may show names of files wrongly. The names are in UTF-8. Child processes get
 * C.UTF-8, so only dkms-deb's own output depends on the locale.
 */
function checkLocale(env: NodeJS.ProcessEnv): MachineFinding[] {
  const name = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  if (/utf-?8/i.test(name)) return [];
  const message = `${name === '' ? 'not set' : name}: the terminal may show names of files wrongly`;
  return [note('locale', message, 'Set LANG: export LANG=C.UTF-8')];
}

/** Returns findings about a directory in which dkms-deb writes: whether it can be written, and how much room it has. */
function checkDirectory(subject: string, directory: string): MachineFinding[] {
  const place = nearestExisting(directory);
  if (!isWritable(place)) {
    const owned = place.startsWith(homedir()) && statSync(place).uid === 0;
    const message = `${directory} cannot be written`;
    const mend = owned
      ? { command: `sudo chown -R "$(id -u):$(id -g)" ${shellWord(place)}` }
      : { advice: 'Set TMPDIR and XDG_CACHE_HOME to directories of yours.' };
    return [{ state: 'optional', subject, message, ...mend }];
  }
  const room = roomIn(place);
  if (room === undefined) return [ok(subject, directory)];
  const message = `${directory}, ${(room / GIGABYTE).toFixed(1)} GB free`;
  if (room >= LITTLE_ROOM) return [ok(subject, message)];
  const advice = `Free some room: large drivers and headers of several kernels need ${LITTLE_ROOM / GIGABYTE} GB.`;
  return [{ state: 'optional', subject, message, advice }];
}

function nearestExisting(directory: string): string {
  let place = resolve(directory);
  while (!existsSync(place) && place !== '/') place = dirname(place);
  return place;
}
