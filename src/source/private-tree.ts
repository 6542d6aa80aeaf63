import { constants } from 'node:fs';
import { chmod, copyFile, lstat, lutimes, mkdir, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allowedFiles } from '../dkms/source/allowed-files.ts';
import { refusePrivateKeys } from '../dkms/source/private-key.ts';
import type { SourceEntry } from '../dkms/source/source-entry.ts';
import { listSourceTree } from '../dkms/source/source-tree.ts';
import { SystemError } from '../errors.ts';
import { mapConcurrently } from '../system/process/concurrency.ts';
import { isBelow, withoutResults } from './earlier-results.ts';
import { STAGING } from './publish.ts';

/** A source package's tree: what it holds and where each half of it lies. */
export interface PackageTree {
  readonly directory: string;
  /** The debian/ directory; it may lie apart from the tree. */
  readonly debian: string;
  /** Binary packages, whose staging directories below debian/ are none of the source. */
  readonly packageNames: readonly string[];
  /** Paths of the tree that are none of the source, such as the output directory of earlier builds. */
  readonly without?: readonly string[];
  /** Files with a private key that somebody means. */
  readonly allowed?: readonly string[];
}

/** What builds leave in debian/ and `debian/rules clean` takes away (dh_clean(1), debian/files). */
const TRACES =
  /^debian\/(files|files\.new|\.debhelper|debhelper-build-stamp|tmp|[^/]*\.(debhelper(\.log)?|substvars))(\/|$)/;

/**
 * Copies what belongs into the source package to `target`: listSourceTree's files and debian/,
 * without the traces of builds. Modes are u+rw,go=rX of what they were and times are kept, so that no
 * umask gets into a tarball. Returns the entries. SystemError `file-unreadable`, `copy-failed`;
 * InputError `private-key`.
 */
export async function copyPackageTree(tree: PackageTree, target: string): Promise<SourceEntry[]> {
  const entries = await sourceEntries(tree.directory, tree.without);
  const files = entries.filter(({ type }) => type === 'file');
  await refusePrivateKeys(
    tree.directory,
    files.map(({ path }) => path),
    [...(await allowedFiles(tree.debian)), ...(tree.allowed ?? [])],
  );
  await copyEntries(tree.directory, entries, target);
  const packaging = await packagingEntries(tree);
  await copyEntries(dirname(tree.debian), packaging, target);
  const { mtimeMs } = await lstat(tree.directory);
  await utimes(target, mtimeMs / 1000, mtimeMs / 1000);
  return [...entries, ...packaging];
}

/** What a source package has of a tree, debian/ apart; `without` leaves paths out. */
export async function sourceEntries(
  directory: string,
  without: readonly string[] = [],
): Promise<SourceEntry[]> {
  const entries = await listSourceTree(directory, { withForge: true });
  return withoutResults(entries, without).filter(({ path }) => !path.startsWith(STAGING));
}

async function packagingEntries({ debian, packageNames }: PackageTree): Promise<SourceEntry[]> {
  const all = await listSourceTree(dirname(debian), { withPackaging: true, withForge: true });
  const isOfPackaging = (path: string) => isBelow(path, ['debian']) && !TRACES.test(path);
  const staged = new Set(
    all
      .filter(({ path, type }) => type === 'directory' && packageNames.includes(path.slice(7)))
      .map(({ path }) => path),
  );
  return all.filter(({ path }) => isOfPackaging(path) && !isBelow(path, [...staged]));
}

/** Copies entries of `root` to `target`, which is made if it is missing. */
async function copyEntries(
  root: string,
  entries: readonly SourceEntry[],
  target: string,
): Promise<void> {
  await mkdir(target, { recursive: true });
  await chmod(target, 0o755);
  const directories = entries.filter(({ type }) => type === 'directory');
  for (const { path } of directories) await mkdir(join(target, path), { recursive: true });
  await mapConcurrently(entries, 16, async (entry) => {
    if (entry.type !== 'directory') await copyEntry(root, entry, join(target, entry.path));
  });
  // Last, as each new file would set the time of its directory anew.
  for (const { path, mtime } of directories) {
    await chmod(join(target, path), 0o755);
    await utimes(join(target, path), mtime, mtime);
  }
}

async function copyEntry(root: string, entry: SourceEntry, copy: string): Promise<void> {
  const original = join(root, entry.path);
  try {
    if (entry.type === 'symlink') {
      await symlink(entry.target ?? '', copy);
      await lutimes(copy, entry.mtime, entry.mtime);
      return;
    }
    await copyFile(original, copy, constants.COPYFILE_FICLONE);
    await chmod(copy, entry.mode & 0o111 ? 0o755 : 0o644);
    await utimes(copy, entry.mtime, entry.mtime);
  } catch (cause) {
    throw explain(original, copy, cause);
  }
}

function explain(original: string, copy: string, cause: unknown): SystemError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'error';
  if (code === 'EACCES' || code === 'EPERM') {
    return new SystemError('file-unreadable', `cannot be read (${code})`, {
      where: { file: original },
      hint: 'Make it readable; it belongs to the source.',
      cause,
    });
  }
  return new SystemError('copy-failed', `cannot be copied to ${dirname(copy)} (${code})`, {
    where: { file: original },
    hint: 'Set TMPDIR to a directory that can be written and has room.',
    cause,
  });
}
