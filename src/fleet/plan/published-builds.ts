import { compareVersions } from '../../debian/version.ts';
import { modulesPackageName } from '../../dkms/conf/names.ts';
import { type BuildKey, changedParts, type KeyPart } from '../../package/modules/build-key.ts';
import { splitModulesVersion } from '../../package/modules/kernel-relations.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import type { MeasuredSeconds } from './driver-cost.ts';
import type { PlannedDriver, PlannedKernel } from './plan-document.ts';

/** The packages that a repository has, and what it records about builds. */
export interface PublishedBuilds {
  readonly packages: readonly PublishedPackage[];
  /** The Build-Keys of builds that failed in an earlier run. */
  readonly failed: ReadonlySet<string>;
  /** The times of builds that compiled modules. */
  readonly seconds: MeasuredSeconds;
}

/** What a published build must have in addition to the package of modules. */
export interface PublishedWish {
  readonly dbgsym: boolean;
  /**
   * For each certificate, the forms in which the field Module-Signers may name it. Undefined if any signature will
   * do.
   */
  readonly signers: readonly (readonly string[])[] | undefined;
}

/** The published package of a build, or why the build is not published. */
export type Verdict =
  | { readonly file: string; readonly rebuild?: number }
  | {
      readonly reason: string;
      /** The N of the suffix +bN that the new package gets. Unset if its version needs no suffix. */
      readonly rebuild?: number;
      /** Set if the source has changed, but the driver's version has not. */
      readonly unchangedVersion?: true;
    };

const WORDS: Readonly<Record<KeyPart, string>> = {
  source: 'driver changed',
  conf: 'conf changed',
  headers: 'headers changed',
  toolchain: 'toolchain changed',
  options: 'options changed',
};

/** Returns a function that looks for the published package of a build. */
export function lookUpBuilds(
  { packages, failed }: Omit<PublishedBuilds, 'seconds'>,
  wish: PublishedWish,
): (driver: PlannedDriver, kernel: PlannedKernel, key: BuildKey) => Verdict {
  const byKey = new Map<string, PublishedPackage>();
  const byName = new Map<string, PublishedPackage[]>();
  const drivers = new Set<string>();
  for (const one of packages) {
    if (one.buildKey !== '') {
      // Packages that differ only in their signatures and in the +bN of their version have the same key. The newest of
      // them is used.
      const known = byKey.get(one.buildKey);
      byKey.set(one.buildKey, newest(known === undefined ? [one] : [known, one]) ?? one);
    }
    const name = `${one.name} ${one.architecture}`;
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [one]);
    else same.push(one);
    if (one.buildKey !== '') drivers.add(one.name.replace(/-modules-.*$/, ''));
  }
  return (driver, kernel, key) => {
    const name = modulesPackageName(driver.name, kernel.name);
    const others = byName.get(`${name} ${kernel.architecture}`) ?? [];
    const again = nextRebuild(others, driver, kernel);
    const same = byKey.get(key.key);
    if (same !== undefined) {
      const { rebuild } = splitModulesVersion(same.version, kernel.version);
      const own = rebuild === undefined ? {} : { rebuild };
      if (wish.signers !== undefined && !isSignedBy(same, wish.signers)) {
        return { reason: 'signer changed', ...again };
      }
      const symbols = byName.get(`${same.name}-dbgsym ${same.architecture}`) ?? [];
      if (!wish.dbgsym || symbols.some(({ version }) => version === same.version)) {
        return { file: same.fileName, ...own };
      }
      return { reason: 'debug symbols are not published', ...own };
    }
    if (failed.has(key.key)) return { reason: 'failed before', ...again };
    const other =
      newest(others.filter((one) => one.kernelVersion === kernel.version)) ?? newest(others);
    if (other === undefined) {
      const known = drivers.has(name.replace(/-modules-.*$/, ''));
      return { reason: known ? 'new kernel' : 'new driver' };
    }
    if (other.buildInputs === '')
      return { reason: 'the published package has no Build-Key', ...again };
    const changed = changedParts(other.buildInputs, key.inputs);
    return {
      reason: changed.map((part) => WORDS[part]).join(', ') || 'format of packages changed',
      ...again,
      ...(again !== undefined && changed.includes('source') && { unchangedVersion: true as const }),
    };
  };
}

/**
 * Returns the N of the next suffix +bN if packages of this version of the driver for this version of the kernel are
 * published. Undefined if no such package is published.
 */
function nextRebuild(
  published: readonly PublishedPackage[],
  { description }: PlannedDriver,
  kernel: PlannedKernel,
): { readonly rebuild: number } | undefined {
  const built = published.flatMap((one) => {
    const parts = splitModulesVersion(one.version, kernel.version);
    return parts.kernelVersion !== undefined && parts.version === description.version
      ? [parts.rebuild ?? 0]
      : [];
  });
  return built.length === 0 ? undefined : { rebuild: Math.max(...built) + 1 };
}

function newest(packages: readonly PublishedPackage[]): PublishedPackage | undefined {
  return [...packages].sort((a, b) => compareVersions(b.version, a.version))[0];
}

/** Whether the modules of a package are signed by each of these signers, and by nobody else. */
export function isSignedBy(
  { moduleSigners }: Pick<PublishedPackage, 'moduleSigners'>,
  signers: readonly (readonly string[])[],
): boolean {
  const found = moduleSigners.split(/\s+/).filter(Boolean);
  const known = new Set(signers.flat());
  return (
    signers.every((forms) => forms.some((form) => found.includes(form))) &&
    found.every((one) => known.has(one))
  );
}
