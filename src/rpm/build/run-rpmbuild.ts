import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DkmsDebError, InputError } from '../../errors.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { diskFull, explainNoRoom } from '../../system/process/no-room.ts';
import { type RunResult, run } from '../../system/process/run.ts';

/**
 * The most seconds that rpmbuild may take before it is killed. For a driver it takes half a second, but the spec of
 * somebody else may do more.
 */
const SECONDS = 1800;
/** The most bytes of private memory for rpmbuild, and for each program that a spec starts. */
const MEMORY = 4 * 1024 * 1024 * 1024;
/**
 * Matches the messages with which rpmbuild says that it cannot write a package. They do not give the reason (rpm:
 * build/pack.c). They are taken for a full disk without a check of the free space: rpmbuild has removed the unfinished
 * file, so the disk has room again.
 */
const NOT_WRITTEN =
  /Unable to write (?:header|payload|final header|immutable header)|create archive failed/;

/** Private directories of one build. */
export interface RpmPlaces {
  /** HOME, without a .rpmmacros. */
  readonly home: string;
  readonly top: string;
}

export async function makePlaces(scratch: string): Promise<RpmPlaces> {
  const places = { home: join(scratch, 'home'), top: join(scratch, 'rpmbuild') };
  const folders = ['SPECS', 'SOURCES', 'BUILD', 'BUILDROOT', 'RPMS', 'SRPMS', 'tmp'];
  await mkdir(places.home);
  for (const folder of folders) await makeDirectory(join(places.top, folder));
  return places;
}

/**
 * Returns macros that make the result depend only on the spec and the sources: not on the user, the time, the
 * machine's name, or the compression that the distribution has chosen (rpm: macros.in). Files belong to root in a
 * source package, too.
 */
function macros({ top }: RpmPlaces, topdir = top): string[] {
  const values: readonly (readonly [string, string])[] = [
    ['_topdir', topdir],
    ['_tmppath', join(top, 'tmp')],
    ['_rpmfilename', '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm'],
    ['_srcdefattr', '(-,root,root)'],
    ['_buildhost', 'reproducible'],
    ['use_source_date_epoch_as_buildtime', '1'],
    ['clamp_mtime_to_source_date_epoch', '1'],
    ['source_date_epoch_from_changelog', '0'],
    ['_binary_payload', 'w9.gzdio'],
    ['_source_payload', 'w9.gzdio'],
  ];
  return values.flatMap(([name, value]) => ['--define', `${name} ${value}`]);
}

/**
 * Builds the binary packages (`-bb`) or the source package (`-bs`) of a spec. If both were built together, the packages
 * would name each other. Returns the paths of the packages, and rpmbuild's warnings. BuildRequires are not checked: the
 * database of RPM on Debian does not know what dpkg has installed. `target` is the architecture of the packages, if it
 * is not the architecture of this machine. Throws InputError `rpmbuild-failed`, SystemError `disk-full`, and the other
 * errors of run().
 */
export async function rpmbuild(
  kind: '-bb' | '-bs',
  spec: string,
  places: RpmPlaces,
  { timestamp, target }: { readonly timestamp: number; readonly target: string | undefined },
): Promise<{ readonly files: string[]; readonly warnings: string[] }> {
  const file = join(places.top, 'SPECS', spec);
  const options = {
    env: { HOME: places.home, SOURCE_DATE_EPOCH: String(timestamp) },
    cwd: places.top,
    timeoutSeconds: SECONDS,
    memoryBytes: MEMORY,
  };
  // A source package contains the spec with its macros expanded (RPMTAG_SPEC), so the macros must not contain a path
  // of this machine.
  const chosen = macros(places, kind === '-bb' ? places.top : '.');
  if (target !== undefined) chosen.push('--target', target);
  let result: RunResult;
  try {
    result = await run('rpmbuild', [kind, '--nodeps', ...chosen, file], options);
  } catch (error) {
    throw explain(error, spec, places);
  }
  const output = join(places.top, kind === '-bb' ? 'RPMS' : 'SRPMS');
  const names = (await readdir(output)).filter((name) => name.endsWith('.rpm')).sort();
  const warnings = result.output.split('\n').flatMap((line) => {
    const said = /^warning: (.*)$/.exec(line)?.[1];
    return said === undefined ? [] : [withoutPlaces(said, places)];
  });
  return { files: names.map((name) => join(output, name)), warnings };
}

/**
 * Returns what rpmspec prints about a spec. `args` are `-P`, which expands the macros of the spec, or `-q` with options
 * of a query. Throws the errors of rpmbuild().
 */
export async function rpmspec(
  spec: string,
  places: RpmPlaces,
  args: readonly string[],
): Promise<string> {
  const file = join(places.top, 'SPECS', spec);
  const options = { env: { HOME: places.home }, timeoutSeconds: 120, memoryBytes: MEMORY };
  try {
    return (await run('rpmspec', [...args, ...macros(places), file], options)).stdout;
  } catch (error) {
    throw explain(error, spec, places);
  }
}

function explain(error: unknown, spec: string, places: RpmPlaces): unknown {
  const known = explainNoRoom(error);
  if (!(known instanceof DkmsDebError) || known.code !== 'tool-failed') return known;
  if (NOT_WRITTEN.test(known.output.join('\n'))) {
    return diskFull(error, { place: dirname(dirname(places.top)), output: known.output });
  }
  return new InputError('rpmbuild-failed', `rpmbuild cannot build ${spec}`, {
    output: known.output.map((line) => withoutPlaces(line, places)),
    hint: 'Correct the spec in rpm/, or remove it: dkms-deb then uses the spec that init would write.',
    cause: error,
  });
}

function withoutPlaces(text: string, { top }: RpmPlaces): string {
  return text.replaceAll(`${join(top, 'SPECS')}/`, 'rpm/').replaceAll(`${top}/`, '');
}
