import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { copyEntries, writableMode } from '../../dkms/source/copy-entries.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { type WalkedEntry, walkTree } from '../../system/files/walk-tree.ts';

/** Directories at the top of a tree that no build needs, and that may be large. */
const NOT_COPIED = /^(?:\.git|\.hg|\.svn|\.pc|debian)(?:\/|$)/;

/**
 * Copies a tree, so that it can be built in the copy. Files that git ignores are copied as well, because a build may
 * need them. The directories in NOT_COPIED, devices, sockets and fifos are left out. Throws the errors of walkTree and
 * copyEntries.
 */
export async function copyTree(tree: string, copy: string): Promise<void> {
  const isWanted = ({ path }: WalkedEntry) => !NOT_COPIED.test(path);
  const walked = (await walkTree(tree, { enter: isWanted })).filter(isWanted);
  const entries = walked.map((entry) => entryOf(tree, entry));
  await copyEntries(
    tree,
    entries.filter((entry) => entry !== undefined),
    copy,
    writableMode,
  );
}

function entryOf(tree: string, { path, type }: WalkedEntry): SourceEntry | undefined {
  if (type === 'special') return undefined;
  const file = join(tree, path);
  const { mode, mtimeMs, size } = lstatSync(file);
  const entry = { path, type, mode: mode & 0o7777, mtime: mtimeMs / 1000, size };
  return type === 'symlink' ? { ...entry, target: readlinkSync(file) } : entry;
}
