import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import { InputError } from '../../errors.ts';
import type { MetaKind } from '../../package/modules/package-choices.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import { type KnownKernels, type RetentionRule, retained } from '../../repository/retention.ts';
import {
  chooseMetas,
  dependencyOfMeta,
  isCommonPackage,
  type OfferedKernel,
  type PackageFacts,
} from './choose-metas.ts';
import type { IncomingPackage } from './incoming-package.ts';
import { type MetaSources, writeSuiteMetas } from './write-suite-metas.ts';

/** Everything that the contents of a suite depend on, except the packages. */
export interface SuiteChoices extends KnownKernels {
  readonly repository: string;
  /**
   * The kind of the metapackages that are written. If undefined, no metapackages are written: the suite keeps the
   * metapackages that it has, and gets those of the input.
   */
  readonly kind: MetaKind | undefined;
  readonly modalias: boolean;
  readonly offered: readonly OfferedKernel[];
  readonly retention: RetentionRule;
  readonly isTaken: MetaSources<PackageFacts>['isTaken'];
  /** The directory into which metapackages are written. */
  readonly directory: string;
  readonly reporter: Reporter;
}

/** The packages that a suite will have, and which of them are new. */
export interface PlannedSuite {
  readonly packages: readonly (PublishedPackage | IncomingPackage)[];
  readonly incoming: readonly IncomingPackage[];
  /** The metapackages among `packages`. */
  readonly metas: readonly (PublishedPackage | IncomingPackage)[];
}

type AnyPackage = PublishedPackage | IncomingPackage;

/**
 * Decides which packages a suite has after a publication: the published and the incoming packages, except those that
 * retention drops, packages with files for all kernels that no package of modules needs any more, and all but one
 * version of each metapackage. Throws InputError `meta-unresolved` for a metapackage whose modules the suite lacks.
 */
export async function planSuite(
  published: readonly PublishedPackage[],
  incoming: readonly IncomingPackage[],
  choices: SuiteChoices,
): Promise<PlannedSuite> {
  const { repository, kind, offered, retention } = choices;
  const byFile = new Map<string, AnyPackage>();
  for (const one of [...published, ...incoming]) byFile.set(one.fileName, one);
  const all = [...byFile.values()];
  const others = all.filter((one) => dependencyOfMeta(one) === undefined);
  const given = all.filter((one) => dependencyOfMeta(one) !== undefined);
  const wishes = kind === undefined ? [] : chooseMetas(others, offered);
  const written =
    kind === undefined
      ? []
      : await writeSuiteMetas(wishes, {
          kind,
          modalias: choices.modalias,
          known: given,
          fileOf: (one) => ('file' in one ? one.file : join(repository, one.fileName)),
          isTaken: choices.isTaken,
          directory: choices.directory,
          reporter: choices.reporter,
        });
  const made = new Set(written.map(identity));
  const metas = [...written, ...newest(given.filter((one) => !made.has(identity(one))))];
  const named = new Set(
    metas.map((meta) => {
      const { name = '', version = '' } = dependencyOfMeta(meta) ?? {};
      return `${name} ${version} ${meta.architecture}`;
    }),
  );
  const isNamed = (one: AnyPackage) => named.has(`${one.name} ${one.version} ${one.architecture}`);
  for (const meta of metas) checkResolved(meta, others);
  const kept = retained(others, choices, retention, isNamed);
  const packages = [...kept.filter((one) => isNeeded(one, kept)), ...metas];
  const isNew = (one: AnyPackage): one is IncomingPackage => 'file' in one;
  return { packages, metas, incoming: packages.filter(isNew) };
}

/**
 * Whether a package stays. A package with files for all kernels is dropped together with the last package of modules
 * that depends on it.
 */
function isNeeded(one: AnyPackage, packages: readonly AnyPackage[]): boolean {
  if (!isCommonPackage(one)) return true;
  return packages.some(({ depends }) =>
    depends.split(', ').some((each) => each.startsWith(`${one.name} `)),
  );
}

function identity({ name, architecture }: AnyPackage): string {
  return `${name} ${architecture}`;
}

/**
 * Returns the newest version of each metapackage. Older versions are dropped, because they depend on modules that
 * will be dropped some day.
 */
function newest(metas: readonly AnyPackage[]): AnyPackage[] {
  const found = new Map<string, AnyPackage>();
  for (const one of metas) {
    const other = found.get(identity(one));
    if (other === undefined || compareVersions(one.version, other.version) > 0) {
      found.set(identity(one), one);
    }
  }
  return [...found.values()];
}

/**
 * Throws InputError `meta-unresolved` if the suite lacks the modules that a metapackage depends on. The other
 * dependencies of the metapackage are not checked: they are packages of the kernel, which are in the kernel's own
 * archive.
 */
function checkResolved(meta: AnyPackage, packages: readonly AnyPackage[]): void {
  const wanted = dependencyOfMeta(meta);
  const isThere = packages.some(
    (one) =>
      one.name === wanted?.name &&
      one.version === wanted.version &&
      [meta.architecture, 'all'].includes(one.architecture),
  );
  if (isThere) return;
  throw new InputError(
    'meta-unresolved',
    `${meta.name} ${meta.version} depends on ${wanted?.name} ${wanted?.version}, which is not in the repository`,
    { hint: 'Publish these modules together with the metapackage, or leave the metapackage out.' },
  );
}
