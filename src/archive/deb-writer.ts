import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ArchiveError, SystemError } from '../errors.ts';
import { writeWhole } from '../system/files/output.ts';
import { diskFull } from '../system/process/no-room.ts';
import { causeOf } from '../system/process/refusal.ts';
import { ArFile } from './ar-file.ts';
import { isArTime } from './compression/ar-header.ts';
import {
  type Compression,
  DEFAULT_COMPRESSION,
  planCompression,
} from './compression/compression.ts';
import { type ControlMember, checkControlMembers } from './control/control-members.ts';
import type { StagedEntry } from './staged/staged-entry.ts';
import { StagedTree } from './staged/staged-tree.ts';
import { tarArchive } from './tar/tar-writer.ts';

export type { Compression } from './compression/compression.ts';
export { type ControlMember, plainMember } from './control/control-members.ts';

export interface DebInput {
  /** The files of control.tar in any order: control, md5sums, conffiles, triggers, maintainer scripts … */
  readonly control: readonly ControlMember[];
  readonly tree: StagedTree;
  /** SOURCE_DATE_EPOCH in seconds: the time of the ar members and the latest mtime in the archives. */
  readonly timestamp: number;
  /** The compression of both tar archives. The default is xz at level 6, as for dpkg-deb. */
  readonly compression?: Compression;
  /** Checks the written file before it is renamed to `target`. If `check` throws, the file is removed. */
  readonly check?: ((file: string) => Promise<void>) | undefined;
  /** Is called after each piece of data.tar: with the number of bytes packed so far, and that of all files. */
  readonly onPacked?: ((done: number, total: number) => void) | undefined;
}

/**
 * Writes a .deb (deb(5), format 2.0) to `target`, with the same bytes as `dpkg-deb --root-owner-group -b` for this tree
 * and SOURCE_DATE_EPOCH, except for gzip (planCompression). `target` appears only when it is complete. Throws
 * ArchiveError for contents that dpkg or Policy refuse, `file-changed` for a file that changes meanwhile, `too-large`
 * for a tar archive that does not fit into a .deb, and `timestamp`, `compression` or `compressor-failed`. Throws
 * SystemError `disk-full`, `write-limit`, `cannot-write`, `file-unreadable`, `tool-missing` or `tool-not-started`, and
 * the errors of `check`.
 */
export async function writeDeb(target: string, input: DebInput): Promise<void> {
  const { timestamp } = input;
  const plan = planCompression(input.compression ?? DEFAULT_COMPRESSION);
  checkDeb(input);
  await writeWhole(target, async (temporary) => {
    // An earlier process with the same pid may have been killed and have left this temporary file.
    await rm(temporary, { force: true });
    try {
      const file = await open(temporary, 'wx', 0o666);
      try {
        const ar = new ArFile(file, timestamp);
        await ar.begin();
        await ar.add('debian-binary', [Buffer.from('2.0\n')], { extension: '' });
        const { extension } = plan;
        const control = tarArchive(controlEntries(input.control, timestamp), timestamp);
        await ar.add(`control.tar${extension}`, control, plan);
        const entries = input.tree.entries();
        const archive = tarArchive(entries, timestamp, input.tree.contents);
        const data = counted(archive, sizeOf(entries), input.onPacked);
        await ar.add(`data.tar${extension}`, data, plan);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw explain(error, target);
    }
    await input.check?.(temporary);
  });
}

/** Throws the ArchiveErrors of writeDeb that are about control.tar and the time stamp. Reads and writes no file. */
export function checkDeb({
  control,
  tree,
  timestamp,
}: Pick<DebInput, 'control' | 'tree' | 'timestamp'>): void {
  if (!isArTime(timestamp)) {
    throw new ArchiveError('timestamp', `${timestamp} is not a valid time for a package`, {
      hint: 'Set SOURCE_DATE_EPOCH to whole seconds since 1970.',
    });
  }
  checkControlMembers(control, tree);
}

/** Returns how many bytes the files of a tree have. */
export function sizeOf(entries: readonly StagedEntry[]): number {
  return entries.reduce((sum, entry) => {
    if (entry.type !== 'file') return sum;
    const { content } = entry;
    return sum + ('bytes' in content ? content.bytes.length : content.size);
  }, 0);
}

/**
 * Passes on the pieces of an archive. After each piece, calls `tell` with two numbers: the bytes that were passed on so
 * far (at most `total`), and `total`.
 */
function* counted(
  pieces: Iterable<Buffer>,
  total: number,
  tell: DebInput['onPacked'],
): Generator<Buffer, void, undefined> {
  let done = 0;
  for (const piece of pieces) {
    yield piece;
    done += piece.length;
    tell?.(Math.min(done, total), total);
  }
}

/** Returns the entries of control.tar as packed by dpkg-deb: ./ first, then the sorted files with modes u+rw,go=rX. */
function controlEntries(
  members: readonly ControlMember[],
  timestamp: number,
): readonly StagedEntry[] {
  const tree = new StagedTree(timestamp);
  for (const { name, bytes, mode } of members) {
    const executable = (mode & 0o111) !== 0;
    tree.addFile(name, { bytes, mode: (mode & 0o700) | (executable ? 0o655 : 0o644) });
  }
  return tree.entries();
}

function explain(error: unknown, target: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error, { place: dirname(target) });
  const [why, hint] = causeOf(error);
  return new SystemError('cannot-write', `cannot write ${target}: ${why}`, { hint, cause: error });
}
