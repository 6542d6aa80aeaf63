import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SystemError } from '../errors.ts';
import { cachePlace } from '../system/files/cache-place.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { sha256 } from '../system/files/sha256.ts';
import { explainNoRoom } from '../system/process/no-room.ts';
import { ANY_STATUS, run } from '../system/process/run.ts';
import { lastLines } from '../system/text/last-lines.ts';
import { packagesPath } from './read-suite.ts';
import { COMPONENT, suiteDirectory } from './repository-layout.ts';

/** Says which index of a suite is to be made. */
export interface IndexRequest {
  readonly repository: string;
  readonly suite: string;
  /**
   * Debian's names of the architectures. The list of each architecture has the packages with `Architecture: all`, too.
   */
  readonly architectures: readonly string[];
  /** The paths of the packages, relative to the repository. */
  readonly packages: readonly string[];
}

const GENERATE_SECONDS = 3600;

/**
 * Lets apt-ftparchive write the lists of a suite below `staging`: Packages and Contents, for each architecture.
 * apt-ftparchive gets a list of the packages, and does not search the pool. The pool may have other packages: a killed
 * publisher has copied them, or they are no longer in the index. Only SHA-256 is written, as in the Release file.
 * Returns the suite's directory.
 */
export async function stageIndex(staging: string, request: IndexRequest): Promise<string> {
  const { repository, suite, architectures, packages } = request;
  const top = join(staging, suite);
  const directory = join(top, suiteDirectory(suite));
  for (const architecture of architectures) {
    await makeDirectory(join(directory, COMPONENT, `binary-${architecture}`));
  }
  await symlink(join(resolve(repository), 'pool'), join(top, 'pool'));
  await writeFile(
    join(top, 'packages'),
    packages
      .map((path) => `${path}\n`)
      .sort()
      .join(''),
  );
  // What apt-ftparchive has read in a package is kept by path, size and time. The place is the user's cache, not the
  // repository.
  const cache = join(cachePlace('repositories'), sha256(resolve(repository)).slice(0, 16), suite);
  await makeDirectory(cache);
  await symlink(cache, join(top, 'cache'));
  await writeFile(join(top, 'generate.conf'), configuration(request));
  const generate = async () => {
    const { output } = await run('apt-ftparchive', ['generate', 'generate.conf'], {
      cwd: top,
      timeoutSeconds: GENERATE_SECONDS,
    });
    await checkComplete(directory, architectures, output);
  };
  try {
    await generate();
  } catch (error) {
    if (explainNoRoom(error) !== error) throw explainNoRoom(error);
    // A cache that a power failure has damaged is made again.
    await rm(cache, { recursive: true, force: true });
    await makeDirectory(cache);
    await generate();
  }
  return directory;
}

/** The largest list in bytes that is compared. A larger list is an error. */
const MOST_LIST = 1024 * 1024 * 1024;

/**
 * Compares each compressed list with the plain list. apt-ftparchive ends with 0 on a full disk, although lists are
 * missing or cut off. Throws SystemError `tool-failed`.
 */
async function checkComplete(
  directory: string,
  architectures: readonly string[],
  output: string,
): Promise<void> {
  const compressed: [plain: string, file: string, program: string][] = architectures.flatMap(
    (architecture) => {
      const packages = packagesPath(architecture);
      const contents = `${COMPONENT}/Contents-${architecture}`;
      return [
        [packages, `${packages}.xz`, 'xz'],
        [packages, `${packages}.gz`, 'gzip'],
        [contents, `${contents}.xz`, 'xz'],
      ];
    },
  );
  for (const [plain, file, program] of compressed) {
    const wanted = await readFile(join(directory, plain)).catch(() => undefined);
    const { bytes, exitStatus } = await run(program, ['-dc', file], {
      cwd: directory,
      accept: ANY_STATUS,
      maximumOutput: MOST_LIST,
    });
    if (exitStatus === 0 && wanted?.equals(bytes)) continue;
    throw new SystemError('tool-failed', `apt-ftparchive wrote an incomplete ${file}`, {
      output: lastLines(output, 6),
    });
  }
}

/**
 * Returns the configuration for apt-ftparchive(1), command generate. Its paths are relative, because its strings have
 * no escapes.
 */
function configuration({ suite, architectures }: IndexRequest): string {
  return [
    'Dir { ArchiveDir "."; CacheDir "cache"; };',
    'APT::FTPArchive::MD5 "false"; APT::FTPArchive::SHA1 "false"; APT::FTPArchive::SHA512 "false";',
    // apt finds no package in a suite whose Release has only compressed lists: a plain list is needed, too.
    'Default { Packages::Compress ". xz gzip"; Contents::Compress ". xz"; };',
    'TreeDefault {',
    '  FileList "packages"; BinCacheDB "packages-$(ARCH).db"; Directory "pool/";',
    '  Packages "$(DIST)/$(SECTION)/binary-$(ARCH)/Packages";',
    '  Contents "$(DIST)/$(SECTION)/Contents-$(ARCH)";',
    '};',
    `Tree "${suiteDirectory(suite)}" { Sections "${COMPONENT}"; Architectures "${architectures.join(' ')}"; };`,
    '',
  ].join('\n');
}
