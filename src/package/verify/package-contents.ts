import { createHash, type X509Certificate } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { type DebReader, readDeb, type TarEntry } from '../../archive/deb-reader.ts';
import { type Deb822Paragraph, parseDeb822 } from '../../debian/deb822.ts';
import { ArchiveError } from '../../errors.ts';
import { type DebugFacts, readDebugFacts } from '../../module/format/debug-facts.ts';
import { MOST_MODULE_BYTES } from '../../module/format/module-bytes.ts';
import { type ModuleFacts, readModuleFacts } from '../../module/format/module-facts.ts';
import { installedModulePath, moduleName } from '../../module/format/module-path.ts';
import type { Finding } from '../../module/verify/finding.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { StructureCheck } from './verify-structure.ts';

/** A compiled module in a package. */
export interface PackedModule {
  readonly path: string;
  /** The directory of all modules in the package: lib/modules or usr/lib/modules. */
  readonly base: string;
  readonly release: string;
  /** The directory of the module below the directory of the release, such as updates/dkms. */
  readonly directory: string;
  readonly facts: ModuleFacts;
}

/** A file with detached debug data in a package. */
export interface PackedDebugFile {
  readonly path: string;
  /** What the file contains. Undefined if there is a `problem`, or if the file is too large to be read. */
  readonly facts?: DebugFacts;
  /** Says what is wrong with the file if it is not a whole ELF file. Undefined otherwise. */
  readonly problem?: string;
}

/** What the checks need to know about the contents of a .deb. */
export interface PackageContents {
  readonly deb: DebReader;
  readonly fields: Deb822Paragraph;
  readonly entries: readonly TarEntry[];
  /** The reasons why dpkg would refuse to unpack the package; if there are none, a finding `ok`. */
  readonly structure: readonly Finding[];
  /** The MD5 in hex of each file and hard link, by path. */
  readonly digests: ReadonlyMap<string, string>;
  readonly modules: readonly PackedModule[];
  readonly debugFiles: readonly PackedDebugFile[];
  /** The names of those directories in /usr/src that have a dkms.conf. */
  readonly dkmsTrees: readonly string[];
}

const CONF = /^usr\/src\/([^/]+)\/dkms\.conf$/;
/**
 * Matches the paths of files with detached debug data. Files in .dwz contain data that several other files with
 * debug data refer to (dwz -m).
 */
const DEBUG = /^usr\/lib\/debug\/(?!\.dwz\/).*\.debug$/;

/**
 * Reads a whole package. Throws ArchiveError for a file that is damaged or not a .deb, InputError for a malformed
 * control file.
 */
export async function readContents(
  file: string,
  certificates: readonly X509Certificate[] = [],
): Promise<PackageContents> {
  const deb = await readDeb(file);
  const control = deb.control.get('control')?.toString('utf8') ?? '';
  const [fields] = parseDeb822(control, `${file} (control)`).paragraphs;
  if (fields === undefined) {
    throw new ArchiveError('control-missing', 'the control file is missing or empty', {
      where: { file },
    });
  }
  const entries: TarEntry[] = [];
  const structure = new StructureCheck();
  const digests = new Map<string, string>();
  const modules: PackedModule[] = [];
  let waiting: { path: string; bytes: Buffer }[] = [];
  const readWaiting = async () => {
    const cores = availableParallelism();
    modules.push(
      ...(await mapConcurrently(waiting, cores, (one) => readModule(one, certificates))),
    );
    waiting = [];
  };
  const debugFiles: PackedDebugFile[] = [];
  const dkmsTrees: string[] = [];
  for await (const { entry, content } of deb.contents()) {
    entries.push(entry);
    structure.add(entry);
    const conf = CONF.exec(entry.path)?.[1];
    if (conf !== undefined) dkmsTrees.push(conf);
    if (entry.type === 'hardlink') {
      digests.set(entry.path, digests.get(entry.target ?? '') ?? '');
      const same = debugFiles.find(({ path }) => path === entry.target);
      if (same !== undefined) debugFiles.push({ ...same, path: entry.path });
      continue;
    }
    if (entry.type !== 'file') continue;
    const isDebug = DEBUG.test(entry.path);
    const isModule = installedModulePath(entry.path) !== undefined;
    const wanted = (isDebug || isModule) && entry.size <= MOST_MODULE_BYTES;
    const bytes = wanted ? await collect(content) : content;
    digests.set(entry.path, await md5(bytes));
    if (isDebug) {
      const read = Buffer.isBuffer(bytes) ? readDebugFacts(bytes) : {};
      debugFiles.push({ path: entry.path, ...read });
    } else if (Buffer.isBuffer(bytes)) waiting.push({ path: entry.path, bytes });
    else if (isModule) modules.push(tooLarge(entry));
    // Only some modules are in memory at a time, because a kernel's package has thousands.
    if (waiting.length >= 32) await readWaiting();
  }
  await readWaiting();
  return {
    deb,
    fields,
    entries,
    structure: structure.finish(deb),
    digests,
    modules,
    debugFiles,
    dkmsTrees,
  };
}

/** Reads the modules among the entries of a package, whatever its format is. */
export async function readPackedModules(
  contents: ReturnType<DebReader['contents']>,
  certificates: readonly X509Certificate[],
): Promise<PackedModule[]> {
  const modules: PackedModule[] = [];
  for await (const { entry, content } of contents) {
    const { path, type, size } = entry;
    if (type !== 'file' || installedModulePath(path) === undefined) continue;
    modules.push(
      size > MOST_MODULE_BYTES
        ? tooLarge(entry)
        : await readModule({ path, bytes: await collect(content) }, certificates),
    );
  }
  return modules;
}

/** Returns the entry for a module that is too large to be read. Its `problem` says so. */
function tooLarge({ path, size }: Pick<TarEntry, 'path' | 'size'>): PackedModule {
  const { base = '', release = '', directory = '' } = installedModulePath(path) ?? {};
  const facts: ModuleFacts = {
    file: posix.basename(path),
    name: moduleName(path),
    bytes: size,
    compression: 'none',
    integrity: undefined,
    signature: undefined,
    elf: undefined,
    problem: `it has more than ${MOST_MODULE_BYTES} bytes`,
  };
  return { path, base, release, directory, facts };
}

async function readModule(
  { path, bytes }: { path: string; bytes: Buffer },
  certificates: readonly X509Certificate[],
): Promise<PackedModule> {
  const { base = '', release = '', directory = '' } = installedModulePath(path) ?? {};
  const facts = await readModuleFacts(path, bytes, certificates);
  return { path, base, release, directory, facts };
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function md5(content: Buffer | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('md5');
  if (Buffer.isBuffer(content)) hash.update(content);
  else for await (const piece of content) hash.update(piece);
  return hash.digest('hex');
}
