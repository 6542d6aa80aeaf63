import { chmod, copyFile, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseChangelog } from '../../debian/changelog.ts';
import { readOptional } from '../../driver/conf/init-memory.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { SIGN_SECONDS } from '../../module/sign/sign-timeout.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { UploadType } from '../../source/changes.ts';
import { defaultKey } from '../../source/sign-upload.ts';
import { snapshotCommit } from '../../source/snapshot.ts';
import { treeTimestamp } from '../../source/tree-timestamp.ts';
import { publishTogether } from '../../system/files/publish.ts';
import { someNames } from '../../system/text/some-names.ts';
import { type ChosenSpec, chooseSpec } from './choose-spec.ts';
import { warnOfDifferences } from './compare-packaging.ts';
import { reportPatches, reportSource, reportSpec } from './report-rpm.ts';
import { makePlaces, type RpmPlaces, rpmbuild, rpmspec } from './run-rpmbuild.ts';
import { checkSigningKey, signRpm } from './sign-rpm.ts';
import { snapshotSpec } from './snapshot-spec.ts';
import { onlyTarball, packedEntries, writeTarball } from './source-tarball.ts';

/** The checked options of `rpm`. */
export interface RpmRequest {
  /** The absolute path of the output directory. */
  readonly output: string;
  readonly type: UploadType;
  /** The key for rpmsign. '' means the key of the person in the changelog. Undefined if nothing is signed. */
  readonly sign: string | undefined;
  readonly signTimeout: number | undefined;
  readonly snapshot: boolean;
  /** Whether the packages are only built, and not copied into the output directory. */
  readonly dryRun: boolean;
  /** Files with a private key that may be packed, relative to the tree. */
  readonly allowFiles: readonly string[];
  /** Paths of the tree that are results of earlier builds. */
  readonly without: readonly string[];
  /**
   * The driver, read from a copy of the tree with debian/patches applied. Undefined if no patches are to be applied.
   */
  readonly patched?: Driver | undefined;
  /** A temporary directory. */
  readonly scratch: string;
}

/** Matches a line of a spec that names a patch. */
const PATCH_TAG = /^Patch\d*[ \t]*:/im;

/**
 * Builds the RPM package of a driver, its source package, or both, and copies them into the output directory. Returns
 * their paths. The tree is only read. Throws InputError `incomplete-source`, `spec-source`, and the errors of
 * checkSigningKey, chooseSpec, packedEntries, snapshotCommit, snapshotSpec, rpmbuild, publishTogether and signRpm.
 */
export async function buildRpm(
  driver: Driver,
  request: RpmRequest,
  reporter: Reporter,
): Promise<string[]> {
  const { scratch, type, sign, patched = driver } = request;
  if (sign !== undefined) checkSigningKey(sign);
  const changelog = await readOptional(join(driver.directory, 'debian/changelog'));
  const [latest] = parseChangelog(changelog ?? '', '', { maxEntries: 1, onProblem: () => {} });
  const entriesOf = (one: Driver) => packedEntries(one, request.without, request.allowFiles);
  const date =
    latest?.timestamp ?? (await treeTimestamp(driver.directory, await entriesOf(driver)));
  const timestamp = sourceTimestamp(date);
  const chosen = await chooseSpec({ ...patched, directory: driver.directory }, timestamp);
  reportSpec(chosen, reporter);
  const source = PATCH_TAG.test(chosen.text) ? driver : patched;
  if (chosen.kind !== 'foreign') {
    reportSource(driver, source, reporter);
    await warnOfDifferences({ ...source, directory: driver.directory }, reporter);
  }
  if (patched !== driver) reportPatches(chosen.name, source === driver, reporter);
  const entries = await entriesOf(source);
  const places = await makePlaces(scratch);
  const path = join(driver.directory, 'rpm', chosen.name);
  const commit = request.snapshot ? await snapshotCommit(driver.directory, entries) : undefined;
  const text = commit === undefined ? chosen.text : snapshotSpec(chosen.text, commit, path);
  await put(join(places.top, 'SPECS', chosen.name), text, timestamp);
  await provideSources(source, { chosen, places, entries, timestamp, path, scratch }, reporter);
  const built: string[] = [];
  const kinds =
    type === 'binary'
      ? (['-bb'] as const)
      : type === 'source'
        ? (['-bs'] as const)
        : (['-bs', '-bb'] as const);
  const noarch = /^BuildArch:[ \t]*noarch[ \t]*$/im.test(text);
  const said = new Set<string>();
  for (const kind of kinds) {
    // A source package must not name the architecture of this machine.
    const target = noarch && kind === '-bs' ? 'noarch' : undefined;
    const { files, warnings } = await rpmbuild(kind, chosen.name, places, { timestamp, target });
    built.push(...files);
    for (const warning of warnings) said.add(warning);
  }
  for (const warning of said) reporter.warn(warning);
  // Only rpmbuild knows the names of all packages, so a dry run builds the packages, too. A build takes a second.
  if (request.dryRun) return built.map((file) => join(request.output, basename(file)));
  const person = latest?.maintainer ?? driver.changelogAuthor?.value;
  return publishTogether(request.output, async (staging) => {
    const names: string[] = [];
    for (const file of built) {
      const target = join(staging, basename(file));
      await copyFile(file, target);
      await chmod(target, 0o644);
      if (sign !== undefined) {
        const key = sign || (person === undefined ? '' : defaultKey(person));
        checkSigningKey(key);
        await signRpm(target, key, places, request.signTimeout ?? SIGN_SECONDS);
      }
      names.push(basename(file));
    }
    return names;
  });
}

interface SourcesInput {
  readonly chosen: ChosenSpec;
  readonly places: RpmPlaces;
  readonly entries: Awaited<ReturnType<typeof packedEntries>>;
  readonly timestamp: number;
  readonly path: string;
  readonly scratch: string;
}

/** Puts the sources and patches that a spec names into SOURCES. A tarball that does not exist is made from the tree. */
async function provideSources(
  driver: Driver,
  input: SourcesInput,
  reporter: Reporter,
): Promise<void> {
  const { chosen, places, entries, timestamp, scratch } = input;
  const format = '[S%{SOURCE}\\n][S%{PATCH}\\n]N%{NAME}-%{VERSION}\\n[B%{REQUIRENAME}\\n]';
  const lines = (await rpmspec(chosen.name, places, ['-q', '--srpm', '--qf', format])).split('\n');
  const of = (letter: string) =>
    lines.filter((line) => line.startsWith(letter)).map((line) => line.slice(1));
  const missing: string[] = [];
  for (const name of new Set(of('S'))) {
    const bytes = await chosen.source(name);
    if (bytes === undefined) missing.push(name);
    else await put(join(places.top, 'SOURCES', basename(name)), bytes, timestamp);
  }
  const needed = of('B').filter((name) => !name.startsWith('rpmlib('));
  if (needed.length > 0) {
    reporter.warn(
      `BuildRequires of the spec are not checked: ${someNames([...new Set(needed)], 20)}`,
      'Install the Debian packages that correspond to BuildRequires, if the build needs them.',
    );
  }
  const tarball = onlyTarball(missing, input.path);
  if (tarball === undefined) return;
  const expanded = await rpmspec(chosen.name, places, ['-P']);
  const top = topOfTarball(expanded) ?? of('N')[0] ?? driver.conf.name;
  const target = join(places.top, 'SOURCES', basename(tarball));
  await writeTarball(driver.directory, entries, { target, top: basename(top), timestamp, scratch });
  await chmod(target, 0o644);
  await utimes(target, timestamp, timestamp);
}

/**
 * Returns the name of the directory that %setup expects in the tarball. rpm 4.18 expands %setup to commands, one of
 * which removes that directory. Undefined if the spec does not name the directory, which is NAME-VERSION then.
 */
function topOfTarball(expanded: string): string | undefined {
  const start = expanded.search(/^%prep\b/m);
  const prep = start < 0 ? '' : expanded.slice(start);
  return /^rm -rf '?([^'\s]+)'?$/m.exec(prep)?.[1] ?? /^%setup\b.*\s-n\s*(\S+)/m.exec(prep)?.[1];
}

async function put(file: string, content: string | Uint8Array, timestamp: number): Promise<void> {
  await writeFile(file, content);
  await chmod(file, 0o644);
  await utimes(file, timestamp, timestamp);
}
