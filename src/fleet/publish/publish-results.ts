import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
import { type PublishInput, suiteOf } from './read-input.ts';
import { type KeyringChoice, writeKeyrings } from './write-keyrings.ts';

/** How results are published. */
export interface PublishChoices extends RepositoryChoices {
  readonly kind: MetaKind | undefined;
  /** Whether new metapackages name the devices of their modules. */
  readonly modalias: boolean;
  readonly retention: RetentionRule;
  readonly keyring: KeyringChoice | undefined;
  readonly dryRun: boolean;
}

/** What a publication has done, or would do. */
export interface PublishOutcome extends Publication {
  readonly suites: ReadonlyMap<string, PlannedSuite>;
  /** Packages that left the index. */
  readonly dropped: readonly PublishedPackage[];
}

/**
 * Publishes verified packages into the repository, which is locked. The order is: pool, keyring and metapackages, index
 * and signature, status.
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
      `${what}, and is written anew`,
      'What failed or left the archive before is forgotten; modules of withdrawn kernels stay for longer.',
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
 * Leaves packages out that a plan had built again from other input, but with the version of a published package: other
 * bytes may not get its name, and one such package must not keep the others from being published. Packages that
 * no results name are an error instead (addToPool).
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
      // xz of another version packed the same files: the published ones are taken, for suites that lack them, too.
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

/** Whether a newer version has the same files for all kernels. */
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

/** Packages for all architectures are in each list; a suite of only such packages needs one list, too. */
async function architecturesOf(
  packages: readonly { readonly architecture: string }[],
): Promise<string[]> {
  const found = new Set(packages.map(({ architecture }) => architecture));
  found.delete('all');
  return found.size > 0 ? [...found] : [await hostArchitecture()];
}

/**
 * Copies the newest package with the keys of each suite to a name that does not change, for machines that do not have
 * the repository yet: dkms-deb/acme-archive-keyring_trixie.deb.
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
