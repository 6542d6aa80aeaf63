import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { ArchiveError, readingHint, SystemError } from '../../errors.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { decodePath, encodePath, showPath } from '../bytes/path-bytes.ts';
import type { StagedEntry } from './staged-entry.ts';
import { ROOT } from './staged-path.ts';

/** The directory in which dpkg-deb expects the control files. It is not part of the data. */
const CONTROL_DIRECTORY = 'DEBIAN';
/** The number of entries after which the scan pauses, so that other tasks of the event loop can run. */
const BATCH = 2000;

/**
 * Returns all entries under `directory`, except a top-level DEBIAN/, in the order in which dpkg-deb
 * walks a tree, the root first. The first name of a file with several names is the file, its other
 * names are hard links to the file. Symlinks are not followed. Throws ArchiveError `special-file` and SystemError
 * `not-a-directory` or `file-unreadable`.
 */
export async function scanDirectory(directory: string): Promise<StagedEntry[]> {
  const entries: StagedEntry[] = [];
  const firstNames = new Map<string, string>();
  const waiting: string[] = [ROOT];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const onDisk = path === ROOT ? directory : `${directory}/${path}`;
    const stat = attempt(onDisk, () => lstatSync(encodePath(onDisk), { bigint: true }));
    if (path === ROOT && !stat.isDirectory()) {
      throw new SystemError('not-a-directory', `${directory} is not a directory`, {
        where: { file: directory },
      });
    }
    entries.push(toEntry(path, onDisk, stat, firstNames));
    if (stat.isDirectory()) {
      const names = attempt(onDisk, () => readdirSync(encodePath(onDisk), { encoding: 'buffer' }));
      // The names are put on the stack in reverse order, because the stack returns the last one first.
      for (const name of names.sort(Buffer.compare).reverse()) {
        const child = path === ROOT ? decodePath(name) : `${path}/${decodePath(name)}`;
        if (child !== CONTROL_DIRECTORY) waiting.push(child);
      }
    }
    if (entries.length % BATCH === 0) await new Promise(setImmediate);
  }
  return entries;
}

function toEntry(
  path: string,
  onDisk: string,
  stat: BigIntStats,
  firstNames: Map<string, string>,
): StagedEntry {
  const mode = Number(stat.mode & 0o7777n);
  const mtime = floorSeconds(stat.mtimeNs);
  if (stat.isDirectory()) return { type: 'directory', path, mode, mtime };
  if (!stat.isFile() && !stat.isSymbolicLink()) {
    throw new ArchiveError('special-file', `${showPath(path)} is a ${kindOf(stat)}`, {
      hint: 'Remove the file, or create it in postinst: packages have only regular files, directories and links.',
      where: { file: onDisk },
    });
  }
  if (stat.nlink > 1n) {
    const inode = `${stat.dev}:${stat.ino}`;
    const target = firstNames.get(inode);
    if (target !== undefined) return { type: 'hardlink', path, mode, mtime, target };
    firstNames.set(inode, path);
  }
  if (stat.isFile()) {
    const content = { source: onDisk, size: Number(stat.size) };
    return { type: 'file', path, mode, mtime, content };
  }
  const target = attempt(onDisk, () => readlinkSync(encodePath(onDisk), { encoding: 'buffer' }));
  return { type: 'symlink', path, mtime, target: decodePath(target) };
}

function kindOf(stat: BigIntStats): string {
  if (stat.isCharacterDevice()) return 'character device';
  if (stat.isBlockDevice()) return 'block device';
  return stat.isFIFO() ? 'fifo' : 'socket';
}

/** Returns the time in whole seconds. It is always rounded down, also before 1970, as tar does. */
function floorSeconds(nanoseconds: bigint): number {
  const seconds = nanoseconds / 1_000_000_000n;
  return Number(seconds * 1_000_000_000n > nanoseconds ? seconds - 1n : seconds);
}

function attempt<T>(file: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    const [why, otherwise] = causeOf(cause);
    throw new SystemError('file-unreadable', `cannot read ${showPath(file)}: ${why}`, {
      hint: readingHint(cause, otherwise),
      where: { file },
      cause,
    });
  }
}
