import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sha256OfFile } from '../../archives/store/header-store.ts';
import { compareVersions } from '../../debian/version.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import { changedParts } from '../../package/modules/build-key.ts';
import type { MetaKind } from '../../package/modules/package-choices.ts';
import type { Reporter } from '../../report/reporter.ts';
import { addToPool } from '../../repository/add-to-pool.ts';
import type { ArchiveSigner } from '../../repository/archive-signer.ts';
import {
  type Publication,
  publishSuites,
  type RepositoryChoices,
  readSuites,
} from '../../repository/publish-suites.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import type { SuiteIndex } from '../../repository/read-suite.ts';
import { KEYS_FILE } from '../../repository/repository-layout.ts';
import type { RetentionRule } from '../../repository/retention.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import {
  NO_RECORD,
  readStatusRecord,
  type StatusKernel,
  writeStatusRecord,
} from '../record/status-record.ts';
import { isCommonPackage } from './choose-metas.ts';
import type { IncomingPackage } from './incoming-package.ts';
import { keyringName } from './keyring-package.ts';
import { nextKernels, nextStatus } from './next-status.ts';
import { type PlannedSuite, planSuite } from './plan-suite.ts';
import type { PublishInput } from './read-input.ts';
import { suiteOf } from './suite-of.ts';
import { type KeyringChoice, writeKeyrings } from './write-keyrings.ts';

/** The user's choices for a publication. */
export interface PublishChoices extends RepositoryChoices {
  readonly kind: MetaKind | undefined;
  /** Whether new metapackages name the devices of their modules. */
  readonly modalias: boolean;
  readonly retention: RetentionRule;
  readonly keyring: KeyringChoice | undefined;
  readonly dryRun: boolean;
}

/** What a publication has done, or would do in a dry run. */
export interface PublishOutcome extends Publication {
  readonly suites: ReadonlyMap<string, PlannedSuite>;
  /** The packages that were dropped from the index. */
  readonly dropped: readonly PublishedPackage[];
}

/**
 * Publishes verified packages in the repository, which the caller has locked. It writes metapackages and keyring
 * packages, then fills the pool, offers the public keys, publishes the signed index, writes status.json, and copies new
 * keyring packages. In a dry run the repository stays as it is. Throws the errors of readSuites, readStatusRecord,
 * planSuite, addToPool and publishSuites.
 */
export async function publishResults(
  input: PublishInput,
  signer: ArchiveSigner,
  choices: PublishChoices,
  reporter: Reporter,
): Promise<PublishOutcome> {
  const { directory, now, dryRun } = choices;
  const before = await readSuites(directory, signer);
  const record = await readStatusRecord(directory, (what) =>
    reporter.warn(
      `${what}, so a new status.json is written: earlier failures are forgotten, and modules of withdrawn kernels stay longer`,
    ),
  );
  const kernels = nextKernels(record.kernels, input.plan, now);
  return withTemporaryDirectory('publish', async (scratch) => {
    const packages = withoutRebuilt(input, before, directory, reporter);
    const planned = await planSuites(
      { ...input, packages },
      before,
      kernels,
      scratch,
      signer,
      choices,
      reporter,
    );
    const incoming = [...planned.values()].flatMap((suite) => suite.incoming);
    const dropped = droppedFrom(before, planned);
    if (dryRun) {
      return { suites: planned, dropped, changed: [...planned.keys()], removed: [] };
    }
    reporter.progress(`copying ${incoming.length} packages into the pool`);
    await addToPool(directory, incoming);
    await offerKeys(directory, signer);
    const wishes = await Promise.all(
      [...planned].map(async ([suite, { packages }]) => ({
        suite,
        packages,
        architectures: await architecturesOf(packages),
      })),
    );
    const published = await publishSuites(before, wishes, signer, choices, reporter);
    const contents = new Map([...planned].map(([suite, { packages }]) => [suite, packages]));
    const builds =
      input.plan === undefined
        ? record.builds
        : nextStatus(record, input.plan, input.builds, contents, now);
    await writeStatusRecord(directory, {
      ...NO_RECORD,
      updated: now.toISOString(),
      kernels,
      builds,
    });
    await offerKeyrings(planned, choices);
    return { ...published, suites: planned, dropped };
  });
}

/**
 * Leaves out a package that was built again from other input, but has the name and version of a published package: a
 * name in the pool must never get other bytes. The package is left out with a warning, so that the other packages are
 * published. This is only done for packages that results name; for any other package addToPool throws an error.
 */
function withoutRebuilt(
  { packages }: Pick<PublishInput, 'packages'>,
  before: ReadonlyMap<string, SuiteIndex>,
  directory: string,
  reporter: Reporter,
): PublishInput['packages'] {
  const published = new Map(
    [...before.values()].flatMap((suite) => suite.packages).map((one) => [one.fileName, one]),
  );
  return packages.flatMap((each) => {
    const { one, planned } = each;
    const other = published.get(one.fileName);
    if (!planned || other === undefined || other.sha256 === one.sha256) return [each];
    if (isCommonPackage(one)) {
      // If only the version of xz differs, the files in both packages are the same. The published package is used, also
      // for suites that do not have it yet.
      const same = { ...other, file: join(directory, other.fileName) };
      if (one.buildKey === other.buildKey) return [{ ...each, one: same }];
      if (packages.some((newer) => replaces(newer.one, one))) return [];
    }
    const parts = isCommonPackage(one)
      ? 'files'
      : changedParts(other.buildInputs, one.buildInputs).join(', ');
    reporter.warn(
      `${one.name} ${one.version} stays as it is published: what was built now has other contents under the same version (changed: ${parts || 'signatures'})`,
      'Give the driver a new version, or a suffix in dkms-deb.yaml, such as suffix: +b1.',
    );
    return [];
  });
}

/** Whether `newer` is a newer version of `one`, a package with files for all kernels, and has the same files. */
function replaces(newer: IncomingPackage, one: IncomingPackage): boolean {
  const isSame = newer.name === one.name && newer.buildKey === one.buildKey;
  return isSame && compareVersions(newer.version, one.version) > 0;
}

async function planSuites(
  { plan, packages }: PublishInput,
  before: ReadonlyMap<string, SuiteIndex>,
  kernels: readonly StatusKernel[],
  scratch: string,
  signer: ArchiveSigner,
  { directory, kind, modalias, retention, now, keyring }: PublishChoices,
  reporter: Reporter,
): Promise<Map<string, PlannedSuite>> {
  const names = new Set([...before.keys(), ...packages.flatMap(({ suites }) => suites)]);
  for (const { base } of plan?.kernels ?? [])
    if (packages.length > 0) names.add(suiteOf(plan, base));
  const planned = new Map<string, PlannedSuite>();
  const isTaken = async ({ fileName, sha256 }: IncomingPackage) => {
    const there = await sha256OfFile(join(directory, fileName)).catch(() => undefined);
    return there !== undefined && there !== sha256;
  };
  for (const suite of names) {
    const known = before.get(suite)?.packages ?? [];
    const incoming = packages.filter(({ suites }) => suites.includes(suite)).map(({ one }) => one);
    const metas = join(scratch, suite);
    await makeDirectory(metas);
    const keyrings = await writeKeyrings(keyring, suite, known, metas, signer, now);
    const offered = kernels
      .filter((kernel) => kernel.suite === suite && kernel.lastOffered === now.toISOString())
      .map(({ release, architecture, flavour }) => ({ release, architecture, flavour }));
    const lastOffered = (release: string, architecture: string) => {
      const found = kernels.find(
        (one) =>
          one.suite === suite && one.release === release && one.architecture === architecture,
      );
      return found === undefined ? undefined : new Date(found.lastOffered);
    };
    const rules = { kind, modalias, retention, reporter };
    const of = { repository: directory, ...rules, offered, isTaken, lastOffered, now };
    planned.set(
      suite,
      await planSuite(known, [...incoming, ...keyrings], { ...of, directory: metas }),
    );
  }
  return planned;
}

function droppedFrom(
  before: ReadonlyMap<string, SuiteIndex>,
  planned: ReadonlyMap<string, PlannedSuite>,
): PublishedPackage[] {
  return [...before].flatMap(([suite, { packages }]) => {
    const kept = new Set(planned.get(suite)?.packages.map(({ fileName }) => fileName));
    return packages.filter(({ fileName }) => !kept.has(fileName));
  });
}

/**
 * Returns the architectures for which a suite needs lists of packages. Packages for all architectures are in each list.
 * A suite that has only packages for all architectures still needs one list.
 */
async function architecturesOf(
  packages: readonly { readonly architecture: string }[],
): Promise<string[]> {
  const found = new Set(packages.map(({ architecture }) => architecture));
  found.delete('all');
  return found.size > 0 ? [...found] : [await hostArchitecture()];
}

/** Writes the public keys for users who know only the fingerprints. A file with the same keys stays as it is. */
async function offerKeys(directory: string, signer: ArchiveSigner): Promise<void> {
  const target = join(resolve(directory), KEYS_FILE);
  const keys = await signer.publicKeys('--armor');
  if (keys.equals(await readFile(target).catch(() => Buffer.alloc(0)))) return;
  await makeDirectory(dirname(target));
  await writeWhole(target, (temporary) => writeFile(temporary, keys));
}

/**
 * Copies each keyring package that was just published to a name that never changes, such as
 * dkms-deb/acme-archive-keyring_trixie.deb. A machine that does not have the repository yet can fetch it from there.
 */
async function offerKeyrings(
  planned: ReadonlyMap<string, PlannedSuite>,
  { directory, origin }: PublishChoices,
): Promise<void> {
  const name = keyringName(origin);
  for (const [suite, { incoming }] of planned) {
    const keyring = incoming.find((one) => one.name === name);
    if (keyring === undefined) continue;
    const target = join(resolve(directory), 'dkms-deb', `${name}_${suite}.deb`);
    await writeWhole(target, (temporary) => copyFile(join(directory, keyring.fileName), temporary));
  }
}
