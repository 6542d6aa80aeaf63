import { closeSync, openSync, readSync } from 'node:fs';
import { posix } from 'node:path';
import { contentDigest } from '../../archive/staged/content-digest.ts';
import type { FileContent, StagedEntry } from '../../archive/staged/staged-entry.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { digestOf } from './build-key.ts';

/** What a -dkms package installs in addition to the source: files that compiled modules need as well. */
export interface CommonFiles {
  /** The files of `<name>-modules-common`, all with the time stamp of the packages. */
  readonly tree: StagedTree;
  /**
   * Texts for messages: lines of debian/ whose files are unknown, then the files that cannot be in this package, each
   * with the reason.
   */
  readonly leftOut: readonly string[];
}

/** The source, files about the -dkms package itself, and settings of DKMS: no package of modules needs them. */
const OF_DKMS =
  /^(?:usr\/src|usr\/share\/(?:doc|lintian|bug|metainfo|appdata)|etc\/dkms|usr\/(?:lib|share)\/dkms)(?:\/|$)|^usr\/share\/[^/]+\/(?:postinst$|[^/]+\.dkms\.tar\.gz$)/;

/**
 * Directories of /etc, each with the directory of /usr for the same kind of file. A conffile of the -dkms package gets
 * the same name in this directory of /usr, so no two packages share a conffile (Policy 10.7.4). If both packages are
 * installed, the file is not read twice, because a file in /etc replaces the file of the same name in /usr
 * (modprobe.d(5), modules-load.d(5), udev(7), hwdb(7), depmod.d(5), sysctl.d(5), tmpfiles.d(5), dracut.conf(5)).
 */
const VENDOR_PLACES: readonly (readonly [string, string])[] = [
  ['etc/modprobe.d/', 'usr/lib/modprobe.d/'],
  ['etc/modules-load.d/', 'usr/lib/modules-load.d/'],
  ['etc/udev/rules.d/', 'usr/lib/udev/rules.d/'],
  ['etc/udev/hwdb.d/', 'usr/lib/udev/hwdb.d/'],
  ['etc/depmod.d/', 'usr/lib/depmod.d/'],
  ['etc/sysctl.d/', 'usr/lib/sysctl.d/'],
  ['etc/tmpfiles.d/', 'usr/lib/tmpfiles.d/'],
  ['etc/dracut.conf.d/', 'usr/lib/dracut/dracut.conf.d/'],
];

/** Matches firmware. Firmware may be an ELF file, but for the processor of a device, not for the machine. */
const FIRMWARE = /^(?:usr\/)?lib\/firmware\//;

/** Matches a path that the maintainer scripts can list. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Chooses the files for `<name>-modules-common` among the files of a -dkms package. `missing` are messages about lines
 * in debian/ whose files are unknown; these messages come first in `leftOut`. Returns undefined if no file was chosen
 * and there is nothing to report.
 */
export function commonFilesOf(
  packed: Pick<StagedTree, 'entries' | 'get'>,
  timestamp: number,
  missing: readonly string[] = [],
): CommonFiles | undefined {
  const tree = new StagedTree(timestamp);
  const leftOut = [...missing];
  const entries = packed.entries().filter(({ path, type }) => {
    return type !== 'directory' && path !== '.' && !OF_DKMS.test(path);
  });
  const own = new Set(entries.map(({ path }) => path));
  for (const entry of entries) {
    const target = placeOf(entry.path);
    const reason = target === undefined ? CONFFILE : whyNot(entry, packed);
    if (target === undefined || reason !== undefined) {
      leftOut.push(`/${entry.path}: ${reason ?? CONFFILE}`);
      continue;
    }
    // The -dkms package also has a file of this name in /usr. That file is chosen instead.
    if (target !== entry.path && own.has(target)) continue;
    const file = entry.type === 'hardlink' ? packed.get(entry.target) : entry;
    if (file?.type === 'symlink') tree.addSymlink(target, file.target);
    else if (file?.type === 'file') {
      tree.addFile(target, { ...file.content, mode: file.mode & 0o777 });
    }
  }
  const isEmpty = tree.entries().length === 1;
  return isEmpty && leftOut.length === 0 ? undefined : { tree, leftOut };
}

const CONFFILE = 'it is a conffile, which two packages cannot share';

/** Returns the place of a file in the package; undefined for a file of /etc that has no place in /usr. */
function placeOf(path: string): string | undefined {
  const [from = '', to = ''] = VENDOR_PLACES.find(([etc]) => path.startsWith(etc)) ?? [];
  if (from !== '') return to + path.slice(from.length);
  return path.startsWith('etc/') ? undefined : path;
}

function whyNot(
  entry: StagedEntry,
  packed: Pick<StagedTree, 'entries' | 'get'>,
): string | undefined {
  const { path } = entry;
  if (!PLAIN.test(path)) return 'its name has characters that maintainer scripts cannot list';
  if (/^(?:usr\/)?lib\/modules\//.test(path)) return 'it is for one kernel';
  if (entry.type === 'symlink') {
    const target = posix.resolve('/', posix.dirname(path), entry.target).slice(1);
    return OF_DKMS.test(target)
      ? 'it is a link to a file that is only in the -dkms package'
      : undefined;
  }
  const file = entry.type === 'hardlink' ? packed.get(entry.target) : entry;
  if (file?.type !== 'file') return undefined;
  if (!FIRMWARE.test(path) && startOf(file.content).equals(ELF)) {
    return 'it is compiled for one architecture, and this package is for all architectures';
  }
  if ((file.mode & 0o6000) !== 0) return 'it is setuid or setgid';
  return undefined;
}

const ELF = Buffer.from('\x7fELF', 'latin1');

function startOf(content: FileContent): Buffer {
  if ('bytes' in content) return content.bytes.subarray(0, ELF.length);
  const start = Buffer.alloc(ELF.length);
  const file = openSync(content.source, 'r');
  try {
    return start.subarray(0, readSync(file, start, 0, start.length, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * Returns a sha256 (hex) of the paths, modes and contents of all files and the targets of all links; undefined if there
 * is no file.
 */
export async function digestOfCommon(files: CommonFiles | undefined): Promise<string | undefined> {
  if (files === undefined || !hasFiles(files)) return undefined;
  const parts = files.tree.entries().map(async (entry) => {
    if (entry.type !== 'file') return [entry.path, entry.type === 'symlink' ? entry.target : ''];
    return [entry.path, entry.mode, await contentDigest(entry.content)];
  });
  return digestOf(await Promise.all(parts));
}

/** Whether a package is written for these files. The package is not written if all files were left out. */
export function hasFiles({ tree }: CommonFiles): boolean {
  return tree.entries().some(({ type }) => type !== 'directory');
}
