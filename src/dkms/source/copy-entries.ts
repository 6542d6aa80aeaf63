import { chmodSync, lutimesSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, SystemError } from '../../errors.ts';
import { copyRegular } from '../../system/files/copy-regular.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { diskFull } from '../../system/process/no-room.ts';
import { causeOf } from '../../system/process/refusal.ts';
import type { SourceEntry } from './source-entry.ts';

/** The number of entries after which the copying pauses, so that other tasks of the event loop can run. */
const BATCH = 100;

/**
 * Copies entries of the tree `root` to `target`, which is created if it is missing. Symlinks are not followed, and
 * times are kept. Directories get mode 0755, whatever the umask is. Files get the mode that `modeOf` returns. Small
 * files are copied synchronously in batches, because asynchronous copying of thousands of small files takes five times
 * as long. Throws SystemError `file-unreadable`, `disk-full` or `copy-failed`, and InputError `special-file`.
 */
export async function copyEntries(
  root: string,
  entries: readonly SourceEntry[],
  target: string,
  modeOf: (entry: SourceEntry) => number,
): Promise<void> {
  await makeDirectory(target);
  chmodSync(target, 0o755);
  const directories = entries.filter(({ type }) => type === 'directory');
  for (const { path } of directories) await makeDirectory(join(target, path));
  for (const [index, entry] of entries.entries()) {
    if (index % BATCH === BATCH - 1) await new Promise(setImmediate);
    if (entry.type !== 'directory') await copyEntry(root, entry, join(target, entry.path), modeOf);
  }
  // Times of directories are set last, because each new file changes the time of its directory.
  for (const { path, mtime } of directories) {
    chmodSync(join(target, path), 0o755);
    utimesSync(join(target, path), mtime, mtime);
  }
}

/**
 * Returns the mode that a file gets in a copy for building: the original mode, but readable and writable for the owner.
 */
export function writableMode({ mode }: SourceEntry): number {
  return mode | 0o600;
}

async function copyEntry(
  root: string,
  entry: SourceEntry,
  copy: string,
  modeOf: (entry: SourceEntry) => number,
): Promise<void> {
  const original = join(root, entry.path);
  try {
    if (entry.type === 'symlink') {
      symlinkSync(entry.target ?? '', copy);
      lutimesSync(copy, entry.mtime, entry.mtime);
      return;
    }
    await copyRegular(original, copy, modeOf(entry));
    chmodSync(copy, modeOf(entry));
    utimesSync(copy, entry.mtime, entry.mtime);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw explain(original, copy, cause);
  }
}

function explain(original: string, copy: string, cause: unknown): SystemError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'error';
  if (code === 'EACCES' || code === 'EPERM') {
    return new SystemError('file-unreadable', `cannot be read: ${causeOf(cause)[0]}`, {
      where: { file: original },
      hint: 'Make the file readable: it belongs to the source.',
      cause,
    });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(cause, { place: dirname(copy) });
  const hasChanged = code === 'ENOENT' || code === 'ELOOP';
  const message = `cannot be copied to ${dirname(copy)}: ${causeOf(cause)[0]}`;
  return new SystemError('copy-failed', message, {
    where: { file: original },
    hint: hasChanged
      ? 'Wait until no program changes the tree, and run the command again.'
      : 'Set TMPDIR to a writable directory with free space.',
    cause,
  });
}
