import { join } from 'node:path';
import { parseChangelog } from '../debian/changelog.ts';
import { type DkmsConf, placeOf, readConf } from '../dkms/conf.ts';
import { type EvaluationContext, evaluateConf } from '../dkms/evaluate.ts';
import { debianSourceName, debianUpstreamVersion, dkmsPackageName } from '../dkms/names.ts';
import { listSourceTree, type SourceEntry } from '../dkms/source-tree.ts';
import { type DescriptionFacts, describeTree } from './facts/description.ts';
import type { Fact } from './facts/fact.ts';
import { readGit } from './facts/git.ts';
import { findLicence, type LicenceFacts } from './facts/licence.ts';
import { findMaintainer, type Person } from './facts/maintainer.ts';
import { type ModuleStatement, readModuleMacros } from './facts/module-macros.ts';
import { readSources } from './facts/sources.ts';
import { type ConfLocation, findConf } from './find-conf.ts';

/** All that init knows of a driver's tree. */
export interface Driver {
  readonly directory: string;
  readonly location: ConfLocation;
  readonly conf: DkmsConf;
  readonly sourceName: string;
  readonly packageName: string;
  /** Version of the package: the DKMS version as Debian's, native, without a revision. */
  readonly version: string;
  readonly source: readonly SourceEntry[];
  readonly maintainer: Fact<Person> | undefined;
  readonly description: DescriptionFacts;
  readonly licence: LicenceFacts;
  readonly statements: readonly ModuleStatement[];
}

/**
 * Reads the facts of a tree. dkms.conf is evaluated for `kernel`; its name and version must be the
 * same for every kernel. Errors: those of findConf, evaluateConf and readConf.
 */
export async function readDriver(
  directory: string,
  kernel: EvaluationContext['kernel'],
  options: { confFile?: string | undefined } = {},
): Promise<Driver> {
  const location = await findConf(directory, options.confFile);
  const evaluated = await evaluateConf(location.file, { kernel });
  const conf = readConf(evaluated, {
    release: kernel.release,
    machine: kernel.machine,
    config: undefined,
  });
  const [source, sources, git] = await Promise.all([
    listSourceTree(join(directory, location.sourceRoot)),
    readSources(directory),
    readGit(directory),
  ]);
  const statements = readModuleMacros(sources.files);
  return {
    directory,
    location,
    conf,
    sourceName: debianSourceName(conf.name),
    packageName: dkmsPackageName(conf.name),
    version: debianUpstreamVersion(conf.version, placeOf(location.file, 'PACKAGE_VERSION')),
    source,
    maintainer: findMaintainer(git),
    description: describeTree({
      dkmsName: conf.name,
      moduleNames: conf.modules.map((module) => module.builtName),
      statements,
      sources: sources.files,
    }),
    licence: findLicence(sources.files, statements),
    statements,
  };
}

/** Whether a changelog's latest entry is already for the driver's version (revision aside). */
export function hasEntryFor(driver: Driver, changelog: string, file: string): boolean {
  const [latest] = parseChangelog(changelog, file, { maxEntries: 1 });
  const version = latest?.version ?? '';
  return version === driver.version || version.startsWith(`${driver.version}-`);
}
