import { basename, join } from 'node:path';
import { parseChangelog } from '../debian/changelog.ts';
import { latestHeader } from '../debian/latest-entry.ts';
import type { Person } from '../debian/person.ts';
import { parseVersion } from '../debian/version.ts';
import { type DkmsConf, placeOf } from '../dkms/conf/conf.ts';
import type { EvaluationContext } from '../dkms/conf/evaluation-context.ts';
import { debianSourceName, debianUpstreamVersion, dkmsPackageName } from '../dkms/conf/names.ts';
import { ConfError, EXIT, type Place } from '../errors.ts';
import { builtSources } from '../facts/build/built-sources.ts';
import { readSources, type Sources } from '../facts/code/c-sources.ts';
import { readModuleMacros } from '../facts/code/module-macros.ts';
import type { ModuleStatement } from '../facts/code/module-statement.ts';
import type { Fact } from '../facts/fact.ts';
import { type GitFacts, readGit } from '../facts/git-facts.ts';
import { type CopyrightFacts, findCopyrights } from '../facts/licence/copyright-holders.ts';
import { findLicence, type LicenceFacts } from '../facts/licence/licence.ts';
import { type DescriptionFacts, describeTree } from '../facts/project/description-fact.ts';
import { findHomepage, type HomepageFacts } from '../facts/project/homepage.ts';
import { findMaintainer, packagedMaintainer } from '../facts/project/maintainer.ts';
import { findVersion, type VersionFacts } from '../facts/version/tree-version.ts';
import { type Reporter, silentReporter } from '../report/reporter.ts';
import type { ConfLocation } from './conf/find-conf.ts';
import { findDriverConf } from './conf/find-driver-conf.ts';
import { type Choices, type Manifest, readManifest, readOptional } from './conf/init-memory.ts';
import { packagedConfs } from './conf/packaged-confs.ts';
import { packagedName } from './conf/packaged-name.ts';
import type { DriverConf } from './conf/read-driver-conf.ts';
import type { DerivedBuild, DeriveOptions } from './derive/derive-conf.ts';
import { type PackedFiles, readPackedFiles } from './packable-source.ts';

/** All that init knows about a driver's tree. */
export interface Driver extends PackedFiles {
  readonly directory: string;
  readonly location: ConfLocation;
  readonly conf: DkmsConf;
  readonly driverConf: DriverConf;
  /** How the driver is built. Set if the tree has no dkms.conf. */
  readonly derived: DerivedBuild | undefined;
  readonly sourceName: string;
  /**
   * The name of the -dkms package. If init did not make debian/, and debian/control shows which package has the driver,
   * the name of that package; otherwise a name made from the DKMS name.
   */
  readonly packageName: string;
  /** The version of the package: the version of --debian-version, otherwise the DKMS version as a Debian version. */
  readonly version: string;
  readonly sources: Sources;
  readonly git: GitFacts;
  /**
   * The maintainer of the package: the one given by the caller, else the one in debian/control, else the user
   * (findMaintainer). Undefined if none is known.
   */
  readonly maintainer: Fact<Person> | undefined;
  /**
   * The author of new changelog entries: the one given by the caller, else the user (findMaintainer), else the
   * maintainer in debian/control. Undefined if none is known.
   */
  readonly changelogAuthor: Fact<Person> | undefined;
  readonly description: DescriptionFacts;
  readonly licence: LicenceFacts;
  readonly copyrights: CopyrightFacts;
  readonly homepage: HomepageFacts;
  readonly versions: VersionFacts;
  readonly statements: readonly ModuleStatement[];
  /** The C files from which the modules are built, if the makefiles name them. */
  readonly built: ReadonlySet<string>;
  readonly choices: Choices;
  readonly manifest: Manifest | undefined;
}

/**
 * Reads all facts about a tree. dkms.conf is evaluated for `kernel`; its name and version for this kernel are used for
 * all kernels. If `options.maintainer` is set, it is used instead of the maintainer in the tree or the environment.
 * Throws the errors of findConf, deriveBuild, readDriverConf, readPackedFiles and readOptional, ConfError
 * `patch-outside`, and errors about names and versions.
 */
export async function readDriver(
  directory: string,
  kernel: EvaluationContext['kernel'],
  options: {
    choices?: Choices;
    maintainer?: Person | undefined;
    reporter?: Reporter;
    /** Whether a trial build may be made to find out how a tree without dkms.conf is built. */
    compile?: boolean;
    /** Gets the kernels for the trial build. If unset, the installed kernels are used. */
    kernels?: DeriveOptions['kernels'];
  } = {},
): Promise<Driver> {
  const debian = join(directory, 'debian');
  const manifest = await readManifest(debian);
  const choices = mergeChoices(manifest?.choices, options.choices);
  const [sources, git, packaged, changelog, control] = await Promise.all([
    readSources(directory),
    readGit(directory),
    packagedConfs(directory, manifest),
    readOptional(join(debian, 'changelog')),
    readOptional(join(debian, 'control')),
  ]);
  const statements = readModuleMacros(sources.files);
  const versions = (conf: Fact<string> | undefined, dkmsName: string) =>
    findVersion({
      conf,
      dkmsName,
      statements,
      sources: sources.files,
      git,
      directoryName: basename(directory),
    });
  const { driverConf, derived } = await findDriverConf({
    directory,
    kernel,
    sources: sources.files,
    git,
    packaged,
    choices,
    changelog,
    remembered: manifest?.derived,
    reporter: options.reporter ?? silentReporter,
    compile: options.compile ?? true,
    kernels: options.kernels,
    versions,
  });
  const { conf, location } = driverConf;
  const given = options.maintainer && { value: options.maintainer, from: 'given by the caller' };
  const author = given ?? findMaintainer(git);
  const known = given ?? packagedMaintainer(control);
  const packed = await readPackedFiles(directory, location, choices);
  refusePatchesOutside(conf);
  const built = builtSources(sources.files, {
    folder: location.sourceRoot,
    modules: conf.modules.map((one) => ({ name: one.builtName, location: one.builtLocation })),
    commands: [conf.preBuild, conf.make].filter((text) => text !== undefined),
  });
  const ofBuilt = statements.filter(({ file }) => built.has(file));
  const place = placeOf(location.file, 'PACKAGE_VERSION');
  return {
    directory,
    location,
    conf,
    driverConf,
    derived,
    sourceName: sourceNameOf(conf.name, { changelog, control, manifest }),
    packageName: (await packagedName(debian, control, manifest)) ?? dkmsPackageName(conf.name),
    version: choices.debianVersion ?? debianVersionOf(conf.version, place),
    ...packed,
    sources,
    git,
    maintainer: known ?? author,
    changelogAuthor: author ?? known,
    description: describeTree({
      dkmsName: conf.name,
      version: conf.version,
      folder: location.sourceRoot,
      moduleNames: conf.modules.map((module) => module.builtName),
      statements: ofBuilt.length > 0 ? ofBuilt : statements,
      sources: sources.files,
    }),
    licence: findLicence(sources.files, statements, { folder: location.sourceRoot, built }),
    built,
    copyrights: findCopyrights(sources.files),
    homepage: findHomepage(git, sources.files, conf.name),
    versions: versions(driverConf.version, conf.name),
    statements,
    choices,
    manifest,
  };
}

/**
 * Throws ConfError `patch-outside` (exit status 5) if the path of a patch begins with `/` or contains `..`. DKMS since
 * 3.1.2 refuses `..`, too, but only during a build (dkms.in, do_build). DKMS would look for an absolute path below
 * patches/.
 */
function refusePatchesOutside({ file, patches }: DkmsConf): void {
  const outside = patches.find((patch) => patch.startsWith('/') || patch.split('/').includes('..'));
  if (outside === undefined) return;
  throw new ConfError(
    'patch-outside',
    `PATCH ${JSON.stringify(outside.slice(0, 60))} is not the path of a file in patches/`,
    { where: placeOf(file, 'PATCH'), hint: 'Keep the patches in patches/ beside dkms.conf.' },
    EXIT.patchMissing,
  );
}

function debianVersionOf(version: string, where: Place): string {
  try {
    return debianUpstreamVersion(version, where);
  } catch (error) {
    if (!(error instanceof ConfError)) throw error;
    throw new ConfError(error.code, error.message, {
      where,
      hint: 'Set the version of the package with dkms-deb init --debian-version VERSION, or with --set PACKAGE_VERSION=VERSION, which also changes the version for DKMS',
    });
  }
}

/** Whether the latest entry of debian/changelog is for the version of the driver, with any Debian revision. */
export function hasEntryFor(driver: Driver, changelog: string, file: string): boolean {
  const latest = latestHeader(changelog, file);
  const version = latest?.version ?? '';
  return version === driver.version || version.startsWith(`${driver.version}-`);
}

/**
 * Returns the name of the source package. If debian/changelog, or else debian/control, has a name that init did not
 * write, returns this name, because both must have the same (dpkg-source(1)).
 */
function sourceNameOf(
  dkmsName: string,
  {
    changelog,
    control,
    manifest,
  }: {
    readonly changelog: string | undefined;
    readonly control: string | undefined;
    readonly manifest: Manifest | undefined;
  },
): string {
  const own = debianSourceName(dkmsName);
  const [latest] = parseChangelog(changelog ?? '', '', { maxEntries: 1, onProblem: () => {} });
  const existing =
    latest?.source ?? /^Source:[ \t]*([a-z0-9][a-z0-9+.-]+)[ \t]*$/im.exec(control ?? '')?.[1];
  if (existing === undefined) return own;
  const before = manifest?.dkms?.name;
  return before !== undefined && debianSourceName(before) === existing ? own : existing;
}

/** Merges the choices of this run with the choices of an earlier run. Choices of this run take precedence. */
function mergeChoices(before: Choices = {}, now: Choices = {}): Choices {
  const set = { ...before.set, ...now.set };
  const allowFiles = [...new Set([...(before.allowFiles ?? []), ...(now.allowFiles ?? [])])];
  const merged = {
    ...before,
    ...now,
    ...(Object.keys(set).length > 0 ? { set } : {}),
    ...(allowFiles.length > 0 ? { allowFiles } : {}),
  };
  if (merged.debianVersion !== undefined) parseVersion(merged.debianVersion);
  return merged;
}
