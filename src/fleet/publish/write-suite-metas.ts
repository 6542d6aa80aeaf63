import { compareVersions } from '../../debian/version.ts';
import { InputError, UsageError } from '../../errors.ts';
import { describeModules } from '../../package/modules/describe-modules.ts';
import { splitModulesVersion } from '../../package/modules/kernel-relations.ts';
import { checkMetaKind, stageMetaPackage } from '../../package/modules/meta-package.ts';
import { toldModaliases } from '../../package/modules/modaliases-field.ts';
import type { MetaKind } from '../../package/modules/package-choices.ts';
import { type StagedPackage, writePackage } from '../../package/staged-package.ts';
import { checkOtherPackage } from '../../package/verify/check-written.ts';
import { readContents } from '../../package/verify/package-contents.ts';
import type { Reporter } from '../../report/reporter.ts';
import { parsePublished } from '../../repository/published-package.ts';
import type { MetaWish, PackageFacts } from './choose-metas.ts';
import { type IncomingPackage, readIncoming } from './incoming-package.ts';

/** What is needed to write the metapackages of a suite. */
export interface MetaSources<T extends PackageFacts> {
  readonly kind: MetaKind;
  /** Whether new metapackages name the devices of their modules. */
  readonly modalias: boolean;
  /** The metapackages that the suite has now, and the metapackages that are to be published. */
  readonly known: readonly T[];
  /** Returns the path of a package's .deb. */
  readonly fileOf: (one: T) => string;
  /** Whether the pool has a file with the name of this package, but other bytes. */
  readonly isTaken: (one: IncomingPackage) => Promise<boolean>;
  /** The directory into which new packages are written. */
  readonly directory: string;
  readonly reporter: Reporter;
}

/**
 * The most revisions of a metapackage that are tried for the same modules. If all of them are taken, publishing fails.
 */
const MOST_REVISIONS = 100;

/**
 * Returns the metapackages of a suite. A known metapackage with the same dependencies stays as it is; the others are
 * written. A file name in the pool never gets other bytes: if the kind changes, but not the modules, the metapackage
 * gets a version of its own. Throws InputError `name-taken` if MOST_REVISIONS versions are taken.
 */
export async function writeSuiteMetas<T extends PackageFacts>(
  wishes: readonly MetaWish<T>[],
  sources: MetaSources<T>,
): Promise<(T | IncomingPackage)[]> {
  const metas: (T | IncomingPackage)[] = [];
  for (const wish of wishes) {
    const file = sources.fileOf(wish.modules);
    const described = await describeModules(file, wish.stem);
    const modaliases = sources.modalias ? await modaliasesIn(file, sources.reporter) : undefined;
    const of = { kind: possibleKind(wish, sources), modaliases };
    const stage = (revision: number) => stageOf(wish, described, of, revision);
    const staged = await stage(0);
    const { depends } = factsOf(staged);
    const published = sources.known.filter(
      (one) => one.name === wish.name && one.architecture === wish.architecture,
    );
    const same = published.find((one) => one.depends === depends);
    metas.push(same ?? (await writeNew(stage, published, sources)));
  }
  return metas;
}

async function stageOf(
  { stem, flavour, modules }: MetaWish,
  { description, timestamp }: Awaited<ReturnType<typeof describeModules>>,
  { kind, modaliases }: { readonly kind: MetaKind; readonly modaliases: string | undefined },
  revision: number,
): Promise<StagedPackage> {
  const { kernelRelease: release, kernelVersion, architecture, version } = modules;
  const kernel = {
    release,
    packageVersion: splitModulesVersion(version, kernelVersion).kernelVersion,
    architecture,
    flavour,
  };
  const options = { timestamp, revision, modaliases };
  return stageMetaPackage(kind, stem, flavour, kernel, description, options);
}

/** Returns the kind of a metapackage: the wanted kind, or `loose` with a note if the wanted kind is not possible. */
function possibleKind(
  { name, modules: { kernelRelease: release } }: MetaWish,
  { kind, reporter }: Pick<MetaSources<PackageFacts>, 'kind' | 'reporter'>,
): MetaKind {
  if (isPossible(kind, { release })) return kind;
  reporter.note(
    `${name} is a loose metapackage: ${kind} is only possible for Debian's kernels, not for ${release}.`,
  );
  return 'loose';
}

/** Returns the value of the field Modaliases for the modules in a package (toldModaliases). */
async function modaliasesIn(file: string, reporter: Reporter): Promise<string | undefined> {
  const { modules } = await readContents(file);
  const devices = modules.map(({ facts: { name, elf } }) => ({
    name,
    aliases: elf?.modinfo.all('alias') ?? [],
  }));
  return toldModaliases(devices, reporter);
}

/**
 * Whether a kind of metapackage is possible for a kernel. Lockstep is only possible for Debian's kernels, but a
 * repository may have other kernels, too: their metapackages are loose.
 */
function isPossible(kind: MetaKind, kernel: Parameters<typeof checkMetaKind>[1]): boolean {
  try {
    checkMetaKind(kind, kernel);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

async function writeNew<T extends PackageFacts>(
  stage: (revision: number) => Promise<StagedPackage>,
  published: readonly T[],
  { directory, isTaken }: MetaSources<T>,
): Promise<IncomingPackage> {
  const { name, version: first } = factsOf(await stage(0));
  for (let revision = 0; revision < MOST_REVISIONS; revision++) {
    const staged = await stage(revision);
    const { version } = factsOf(staged);
    // The version must be higher than published versions for the same modules: otherwise machines would keep what they
    // have.
    const isOld = published.some(
      (one) => one.version.startsWith(first) && compareVersions(one.version, version) >= 0,
    );
    if (isOld) continue;
    const incoming = await readIncoming(await writePackage(staged, directory, checkOtherPackage));
    if (!(await isTaken(incoming))) return incoming;
  }
  throw new InputError(
    'name-taken',
    `all ${MOST_REVISIONS} revisions of ${name} ${first} are published already, or taken by packages with other contents`,
    {
      hint: 'Give the driver a new version.',
    },
  );
}

function factsOf({ control }: StagedPackage): PackageFacts {
  const text = control.find(({ name }) => name === 'control')?.bytes.toString('utf8') ?? '';
  const [facts] = parsePublished(`Filename: ?\n${text}`, '');
  if (facts === undefined) throw new Error('a staged package has a control file');
  return facts;
}
