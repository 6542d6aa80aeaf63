import { open, rm } from 'node:fs/promises';
import { ArchiveError, SystemError } from '../errors.ts';
import { writeWhole } from '../system/files/output.ts';
import { ArFile } from './ar-file.ts';
import { isArTime } from './compression/ar-header.ts';
import {
  type Compression,
  DEFAULT_COMPRESSION,
  planCompression,
} from './compression/compression.ts';
import { diskFull } from './compression/filter-process.ts';
import { type ControlMember, checkControlMembers } from './control/control-members.ts';
import type { StagedEntry } from './staged/staged-entry.ts';
import { StagedTree } from './staged/staged-tree.ts';
import { tarArchive } from './tar/tar-writer.ts';

export type { Compression } from './compression/compression.ts';
export { type ControlMember, plainMember } from './control/control-members.ts';

export interface DebInput {
  /** control, md5sums, conffiles, triggers, maintainer scripts …, in any order. */
  readonly control: readonly ControlMember[];
  readonly tree: StagedTree;
  /** SOURCE_DATE_EPOCH in seconds: the time of the ar members, and the latest mtime inside. */
  readonly timestamp: number;
  /** Of both tar archives. Default xz at level 6, as dpkg-deb. */
  readonly compression?: Compression;
  readonly signal?: AbortSignal;
  /** Looks at the written file before it gets its name: what it throws leaves nothing behind. */
  readonly check?: ((file: string) => Promise<void>) | undefined;
}

/**
 * Writes a .deb (deb(5), format 2.0) to `target`: the bytes of `dpkg-deb --root-owner-group -b`
 * for the same tree and SOURCE_DATE_EPOCH. It streams, and `target` appears only when it is whole.
 * ArchiveError for what dpkg or Policy would not take, `file-changed` for a file that changes
 * meanwhile; SystemError `disk-full`, `cannot-write`, `file-unreadable`, `tool-missing`.
 */
export async function writeDeb(target: string, input: DebInput): Promise<void> {
  const { timestamp, signal } = input;
  if (!isArTime(timestamp)) {
    throw new ArchiveError('timestamp', `${timestamp} cannot be the time of a package`, {
      hint: 'SOURCE_DATE_EPOCH is whole seconds since 1970.',
    });
  }
  const plan = planCompression(input.compression ?? DEFAULT_COMPRESSION);
  checkControlMembers(input.control, input.tree);
  await writeWhole(target, async (temporary) => {
    // Left over by a process that had our number and was killed.
    await rm(temporary, { force: true });
    try {
      const file = await open(temporary, 'wx', 0o666);
      try {
        const ar = new ArFile(file, timestamp);
        await ar.begin();
        await ar.add('debian-binary', [Buffer.from('2.0\n')], { extension: '' }, signal);
        const { extension } = plan;
        const control = tarArchive(controlEntries(input.control, timestamp), timestamp);
        await ar.add(`control.tar${extension}`, control, plan, signal);
        const data = tarArchive(input.tree.entries(), timestamp);
        await ar.add(`data.tar${extension}`, data, plan, signal);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw explain(error, target);
    }
    await input.check?.(temporary);
  });
}

/** control.tar as dpkg-deb packs it: ./ first, members sorted, modes u+rw,go=rX. */
function controlEntries(members: readonly ControlMember[], timestamp: number): StagedEntry[] {
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
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error);
  return new SystemError('cannot-write', `cannot write ${target} (${code})`, {
    hint: 'Choose another directory with -o DIR.',
    cause: error,
  });
}
