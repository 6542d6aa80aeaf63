import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addListedFile, type ListedFile } from '../debian/files-list.ts';
import type { Reporter } from '../report/reporter.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { writeWhole } from '../system/files/output.ts';
import { explainNoRoom } from '../system/process/no-room.ts';
import { run } from '../system/process/run.ts';
import { passOnWarnings } from './tool-warnings.ts';

/** What an upload contains, in the words of dpkg-buildpackage. */
export type UploadType = 'source' | 'binary' | 'full';

/**
 * Adds a .deb to debian/files of a tree. dpkg-genchanges reads debian/files. dpkg-distaddfile(1) does the same, but
 * perl needs 60 ms to start. The file is not locked, because nothing else writes to it while one .deb is built.
 */
export async function registerInFiles(tree: string, built: ListedFile): Promise<void> {
  const path = join(tree, 'debian/files');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const added = addListedFile(text, built, path);
  await writeWhole(path, (temporary) => writeFile(temporary, added));
}

/**
 * Copies control, changelog and substvars from `debian` into the debian/ of `tree`, for dpkg-genbuildinfo and
 * dpkg-genchanges. substvars may be missing. Throws the errors of makeDirectory and copyFile.
 */
export async function copyControlFiles(debian: string, tree: string): Promise<void> {
  await makeDirectory(join(tree, 'debian'));
  for (const name of ['control', 'changelog', 'substvars']) {
    await copyFile(join(debian, name), join(tree, 'debian', name)).catch((error: unknown) => {
      if (name !== 'substvars') throw error;
    });
  }
}

/**
 * Returns the beginning of the file names of .changes and .buildinfo, as dpkg-buildpackage forms it: `<stem>_source` or
 * `<stem>_<architecture>`.
 */
export async function uploadStem(stem: string, type: UploadType): Promise<string> {
  if (type === 'source') return `${stem}_source`;
  return `${stem}_${(await run('dpkg', ['--print-architecture'])).stdout.trim()}`;
}

/** What is needed to write .buildinfo and .changes. */
export interface ChangesInput {
  /** A private tree that has debian/control, debian/changelog and debian/files. */
  readonly tree: string;
  /** The directory with the .dsc, the tarballs and the .deb. The results are also written there. */
  readonly staging: string;
  readonly type: UploadType;
  /** The beginning of the file names (uploadStem). */
  readonly stem: string;
  /** The value of SOURCE_DATE_EPOCH, in seconds since 1970. The .buildinfo records it. */
  readonly timestamp: number;
  /** Whether .changes lists the orig tarball even if an earlier entry has the same upstream version. */
  readonly withOrig: boolean;
  readonly reporter: Reporter;
}

/** Writes `<stem>.buildinfo` with dpkg-genbuildinfo. Returns the name of the file. */
export async function writeBuildinfo(input: ChangesInput): Promise<string> {
  return generate('dpkg-genbuildinfo', [], `${input.stem}.buildinfo`, input);
}

/**
 * Writes `<stem>.changes` with dpkg-genchanges. The .buildinfo must already be in debian/files. Returns the name of the
 * file.
 */
export async function writeChanges(input: ChangesInput): Promise<string> {
  const orig = input.withOrig && input.type !== 'binary' ? ['-sa'] : [];
  return generate('dpkg-genchanges', orig, `${input.stem}.changes`, input);
}

async function generate(
  tool: string,
  args: readonly string[],
  name: string,
  { tree, staging, type, timestamp, reporter }: ChangesInput,
): Promise<string> {
  const target = join(staging, name);
  try {
    const { stderr } = await run(
      tool,
      [`--build=${type}`, `-u${staging}`, ...args, `-O${target}`],
      { cwd: tree, env: { SOURCE_DATE_EPOCH: String(timestamp) } },
    );
    passOnWarnings(stderr, reporter);
  } catch (error) {
    throw explainNoRoom(error);
  }
  return name;
}
