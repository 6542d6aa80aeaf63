import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type DebReader, readersOf, type TarEntry } from '../../archive/deb-reader.ts';
import { readTar } from '../../archive/tar/tar-reader.ts';
import { ArchiveError, DkmsDebError } from '../../errors.ts';
import { run } from '../../system/process/run.ts';

/** The contents of an RPM package, as rpm's own tools print and unpack them. */
export interface RpmPackage {
  readonly path: string;
  readonly name: string;
  /** VERSION-RELEASE, or EPOCH:VERSION-RELEASE if the package has an epoch. */
  readonly version: string;
  readonly architecture: string;
  readonly isSource: boolean;
  readonly isSigned: boolean;
  /** The names in Requires of the package, without versions. */
  readonly requires: readonly string[];
  /** The whole relations in Requires, as rpm prints them, such as `kernel-uname-r = 6.17.8-300.fc43.x86_64`. */
  readonly relations: readonly string[];
  /** The scripts, by their names in a spec, such as `post`. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly entries: readonly TarEntry[];
  /** Names of the directories in /usr/src that have a dkms.conf. */
  readonly dkmsTrees: readonly string[];
  /** Reads the packed files. It can only be used while the directory `scratch` of readRpm exists. */
  readonly deb: Pick<DebReader, 'file' | 'contents' | 'extractTo'>;
}

/** The first bytes of an RPM package (rpm: lib/rpmlead.c). */
const MAGIC = Buffer.from([0xed, 0xab, 0xee, 0xdb]);
/** The most bytes that a package may unpack to. A larger package is refused. */
const MOST_BYTES = 2 * 1024 ** 3;
const LIMITS = { timeoutSeconds: 300, memoryBytes: 1024 ** 3 };

const SCRIPTS = ['pre', 'post', 'preun', 'postun', 'posttrans'] as const;
const TAGS: Readonly<Record<(typeof SCRIPTS)[number], string>> = {
  pre: 'PREIN',
  post: 'POSTIN',
  preun: 'PREUN',
  postun: 'POSTUN',
  posttrans: 'POSTTRANS',
};

/**
 * Unpacks the package, and packs it again without the PAX headers of rpm2archive, which no .deb has. GNU tar follows
 * no link from the archive when it unpacks.
 */
const UNPACK = `rpm2archive -n - <"$1" | head -c ${MOST_BYTES} | tar -x --no-same-owner -C "$2/root" &&
chmod -R u+rwX "$2/root" && tar --format=gnu --sort=name -cf "$2/data.tar" -C "$2/root" .`;

/** Whether a file begins like an RPM package. For a file that cannot be read, returns false. */
export async function isRpm(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.equals(MAGIC);
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/**
 * Reads an RPM package, and unpacks it below `scratch`. Throws ArchiveError `rpm-damaged` for a file whose digests are
 * wrong, that rpm cannot read, or that unpacks to more than MOST_BYTES bytes. Also throws the errors of readTar, and
 * the other errors of run().
 */
export async function readRpm(path: string, scratch: string): Promise<RpmPackage> {
  const options = { ...LIMITS, env: { HOME: scratch } };
  const database = ['--dbpath', join(scratch, 'rpmdb')];
  try {
    // rpmkeys also finds damage in the header, before a query prints parts of the header.
    await run('rpmkeys', [...database, '--checksig', '--nosignature', '--', path], options);
    const query = async (format: string) => {
      const words = ['-qp', '--nosignature', ...database, '--qf', format, '--', path];
      return (await run('rpm', words, options)).stdout;
    };
    const signed = '%|RSAHEADER?{yes}:{%|DSAHEADER?{yes}:{no}|}|';
    const head = await query(`%{NAME}\\n%{EVR}\\n%{ARCH}\\n%{SOURCEPACKAGE}\\n${signed}`);
    const [name = '', version = '', architecture = '', source = '', isSigned = ''] =
      head.split('\n');
    const requires = (await query('[%{REQUIRENAME}\\n]')).split('\n').filter(Boolean);
    const depends = '[%{REQUIRENAME} %{REQUIREFLAGS:depflags} %{REQUIREVERSION}\\n]';
    const relations = (await query(depends))
      .split('\n')
      .map((line) => line.trim().replace(/ {2,}/, ' '));
    const scripts = new Map<string, string>();
    for (const script of SCRIPTS) {
      const tag = TAGS[script];
      const text = await query(`%|${tag}?{%{${tag}}}:{}|`);
      if (text !== '') scripts.set(script, text);
    }
    await mkdir(join(scratch, 'root'));
    await run('bash', ['-o', 'pipefail', '-c', UNPACK, 'sh', path, scratch], options);
    const contents = () => readTar(createReadStream(join(scratch, 'data.tar')));
    const deb = readersOf(path, contents);
    const entries = await deb.entries();
    const dkmsTrees = entries.flatMap((entry) => {
      const tree = /^usr\/src\/([^/]+)\/dkms\.conf$/.exec(entry.path)?.[1];
      return tree === undefined ? [] : [tree];
    });
    const facts = {
      name,
      version,
      architecture,
      isSource: source === '1',
      isSigned: isSigned === 'yes',
    };
    return { path, ...facts, requires, relations, scripts, entries, dkmsTrees, deb };
  } catch (error) {
    if (!(error instanceof DkmsDebError) || error.code !== 'tool-failed') throw error;
    throw new ArchiveError('rpm-damaged', 'rpm cannot read the package', {
      where: { file: path },
      output: error.output,
      hint: 'Get the file again: its digests or its format are wrong, or it unpacks to more than 2 GiB.',
      cause: error,
    });
  }
}
