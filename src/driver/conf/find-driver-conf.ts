import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { ConfError, EXIT } from '../../errors.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import type { Fact } from '../../facts/fact.ts';
import type { GitFacts } from '../../facts/git-facts.ts';
import { fallbackVersion } from '../../facts/version/fallback-version.ts';
import type { VersionFacts } from '../../facts/version/tree-version.ts';
import type { Reporter } from '../../report/reporter.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { ofTree } from '../../system/text/command-places.ts';
import {
  type DerivedBuild,
  type DeriveOptions,
  deriveBuild,
  derivedConfText,
} from '../derive/derive-conf.ts';
import { derivedName } from '../derive/derived-name.ts';
import { refuseTwice } from '../derive/refuse-twice.ts';
import { findConf } from './find-conf.ts';
import type { Choices } from './init-memory.ts';
import type { PackagedConf } from './packaged-confs.ts';
import { type DriverConf, readDriverConf } from './read-driver-conf.ts';

export interface ConfSearch {
  readonly directory: string;
  readonly kernel: EvaluationContext['kernel'];
  readonly sources: readonly SourceFile[];
  readonly git: GitFacts;
  /** The dkms.conf files that debian/ packs: the debian/<package>.dkms files, or the files that these name. */
  readonly packaged: readonly PackagedConf[];
  readonly choices: Choices;
  readonly changelog: string | undefined;
  /** How the tree is built, as an earlier run of init found out. */
  readonly remembered: DerivedBuild | undefined;
  readonly reporter: Reporter;
  /** Whether a trial build may be made to find out how a tree without dkms.conf is built. */
  readonly compile: boolean;
  /** Gets the kernels for the trial build. If unset, the installed kernels are used. */
  readonly kernels?: DeriveOptions['kernels'];
  versions(conf: Fact<string> | undefined, dkmsName: string): VersionFacts;
}

/**
 * Reads the dkms.conf of the tree, and replaces its placeholders by values. If the tree has no dkms.conf, derives one
 * from the makefiles (`derived`). Throws the errors of findConf, readDriverConf, deriveBuild and refuseTwice, and
 * ConfError `version-unknown` (exit status 4) if nothing states a version.
 */
export async function findDriverConf(
  search: ConfSearch,
): Promise<{ driverConf: DriverConf; derived: DerivedBuild | undefined }> {
  const { directory, kernel, sources, choices } = search;
  const given = new Map(Object.entries(choices.set ?? {}));
  const location = await findConf(directory, sources, {
    given: choices.conf,
    packaged: search.packaged,
    derived: search.remembered !== undefined,
  });
  const repository = nameOfRepository(search.git);
  if (location !== undefined) {
    const witnesses = {
      directory,
      sources,
      given,
      name: repository,
      changelog: search.changelog,
      fallback: () => fallbackVersion(directory, sources, search.git.tracked),
    };
    const driverConf = await readDriverConf(location, kernel, witnesses, (conf) =>
      search.versions(conf, repository?.value ?? ''),
    );
    return { driverConf, derived: undefined };
  }
  // The version is looked up before the trial build, so that the error for an unknown version comes early.
  const version = await derivedVersion(given, search, repository?.value ?? '');
  const derived = await deriveBuild(directory, sources, {
    stub: kernel,
    remembered: search.remembered,
    reporter: search.reporter,
    compile: search.compile,
    kernels: search.kernels,
  });
  refuseTwice(directory, derived, sources);
  for (const warning of derived.warnings ?? []) search.reporter.warn(warning);
  const name = derivedName(derived.modules, { given, repository, directory });
  const text = derivedConfText(name.value, version.value, derived);
  // The derived file must pass the same checks as a dkms.conf of the tree.
  const driverConf = await withTemporaryDirectory('derived', async (scratch) => {
    const file = join(scratch, 'dkms.conf');
    await writeFile(file, text);
    const witnesses = { directory, sources: [], given: new Map(), name, changelog: undefined };
    return readDriverConf({ file, sourceRoot: '' }, kernel, witnesses, () =>
      search.versions(version, name.value),
    );
  });
  const found = { file: join(directory, 'dkms.conf'), sourceRoot: derived.sourceRoot };
  return { driverConf: { ...driverConf, location: found, name, version }, derived };
}

async function derivedVersion(
  given: ReadonlyMap<string, string>,
  search: ConfSearch,
  name: string,
): Promise<Fact<string>> {
  const said = given.get('PACKAGE_VERSION');
  if (said !== undefined) return { value: said, from: '--set PACKAGE_VERSION' };
  const told = search.versions(undefined, name).version;
  if (told !== undefined) return told;
  const day = await fallbackVersion(search.directory, search.sources, search.git.tracked);
  if (day !== undefined) return day;
  throw new ConfError(
    'version-unknown',
    'there is no dkms.conf, and no tag, VERSION file, makefile or MODULE_VERSION has a version',
    {
      where: { file: search.directory },
      hint: `Set the version with dkms-deb init --set PACKAGE_VERSION=0.1${ofTree(search.directory)}`,
    },
    EXIT.confMissing,
  );
}

/**
 * Returns the name of the repository, from the URL of the remote `origin`: `https://host/owner/NAME.git`. Returns
 * undefined if there is no remote `origin`, or if git does not track the tree.
 */
function nameOfRepository(git: GitFacts): Fact<string> | undefined {
  const url = git.tracked ? git.config.get('remote.origin.url') : undefined;
  const name = /[/:]([^/:]+?)(?:\.git)?\/*$/.exec(url ?? '')?.[1];
  return name !== undefined && /^[A-Za-z0-9][\w.+-]*$/.test(name)
    ? { value: name, from: 'git remote origin' }
    : undefined;
}
