import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.ts';
import { ifThere } from '../system/files/if-there.ts';
import { readTreeFile } from '../system/files/read-tree-file.ts';
import { withTemporaryDirectory } from '../system/process/cleanup.ts';
import { run } from '../system/process/run.ts';
import { lastLines } from '../system/text/last-lines.ts';
import { isUrl } from './repository-layout.ts';

/** A file that the index of a repository does not list, so no signature protects it. */
export interface UnlistedFile {
  /** A directory or a URL. */
  readonly repository: string;
  /** Relative to the repository. */
  readonly path: string;
  readonly mostBytes: number;
}

/** Returns the path or the URL of an unlisted file. */
export function placeOfFile({ repository, path }: Omit<UnlistedFile, 'mostBytes'>): string {
  return isUrl(repository) ? `${repository.replace(/\/*$/, '')}/${path}` : join(repository, path);
}

/**
 * Reads a file of a repository; undefined if there is none. Throws InputError `repository-unreadable` if a URL cannot
 * be fetched, and the errors of readTreeFile.
 */
export async function readRepositoryFile(file: UnlistedFile): Promise<Buffer | undefined> {
  const place = placeOfFile(file);
  if (!isUrl(file.repository)) return ifThere(readTreeFile(place, file.mostBytes));
  return withTemporaryDirectory('fetched', async (directory) => {
    const target = join(directory, 'file');
    // apt's own program knows the machine's proxies and passwords.
    const fetch = ['-o', 'APT::Sandbox::User=root', 'download-file', place, target];
    // One byte more than is allowed may be written, and shows that the file is too large.
    const fileBytes = file.mostBytes + 1;
    const { exitStatus, output } = await run('/usr/lib/apt/apt-helper', fetch, {
      fileBytes,
      accept: [0, 1, 100],
    });
    const isThere = exitStatus === 0 || (await ifThere(stat(target)))?.size === fileBytes;
    if (isThere) return ifThere(readTreeFile(target, file.mostBytes));
    // The word 404 stands alone: an address with a port or a directory 404 must not be taken for a missing file.
    if (/(?:^|\s)404\s|File not found/m.test(output)) return undefined;
    throw new InputError('repository-unreadable', `apt cannot fetch ${place}`, {
      output: lastLines(output, 4),
      hint: 'Check the address and the network.',
    });
  });
}
