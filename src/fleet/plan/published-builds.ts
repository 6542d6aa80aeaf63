import { modulesPackageName } from '../../dkms/conf/names.ts';
import { type BuildKey, changedParts, type KeyPart } from '../../package/modules/build-key.ts';
import { kernelVersionPart } from '../../package/modules/kernel-relations.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import type { PlannedDriver, PlannedKernel } from './plan-document.ts';

/** What a repository has, and what failed before it was published. */
export interface PublishedBuilds {
  readonly packages: readonly PublishedPackage[];
  /** Build-Keys of builds that failed in an earlier run. */
  readonly failed: ReadonlySet<string>;
}

/** What is wanted beside the packages of modules. */
export interface PublishedWish {
  readonly dbgsym: boolean;
  /** For each certificate the forms in which Module-Signers may name it; undefined if signatures do not matter. */
  readonly signers: readonly (readonly string[])[] | undefined;
}

/** The published package of a build, or why the build is not published. */
export type Verdict =
  | { readonly file: string }
  | {
      readonly reason: string;
      /** Set if a package with the same name and version is published, which names other contents for ever. */
      readonly taken?: string;
    };

const WORDS: Readonly<Record<KeyPart, string>> = {
  source: 'driver changed',
  conf: 'conf changed',
  headers: 'headers changed',
  toolchain: 'toolchain changed',
  options: 'options changed',
};

/** Returns a function that looks a build up. */
export function lookUpBuilds(
  { packages, failed }: PublishedBuilds,
  wish: PublishedWish,
): (driver: PlannedDriver, kernel: PlannedKernel, key: BuildKey) => Verdict {
  const byKey = new Map<string, PublishedPackage>();
  const byName = new Map<string, PublishedPackage[]>();
  const drivers = new Set<string>();
  for (const one of packages) {
    if (one.buildKey !== '') byKey.set(one.buildKey, one);
    const name = `${one.name} ${one.architecture}`;
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [one]);
    else same.push(one);
    if (one.buildKey !== '') drivers.add(one.name.replace(/-modules-.*$/, ''));
  }
  return (driver, kernel, key) => {
    const same = byKey.get(key.key);
    if (same !== undefined) {
      if (wish.signers !== undefined && !isSignedBy(same, wish.signers)) {
        return { reason: 'signer changed' };
      }
      const symbols = byName.get(`${same.name}-dbgsym ${same.architecture}`) ?? [];
      if (!wish.dbgsym || symbols.some(({ version }) => version === same.version)) {
        return { file: same.fileName };
      }
      return { reason: 'debug symbols are not published' };
    }
    if (failed.has(key.key)) return { reason: 'failed before' };
    const name = modulesPackageName(driver.name, kernel.name);
    const others = byName.get(`${name} ${kernel.architecture}`) ?? [];
    const version = driver.description.version + kernelVersionPart(kernel.version);
    const taken = others.find((one) => one.version === version);
    const other = taken ?? others.find((one) => one.kernelVersion === kernel.version) ?? others[0];
    if (other === undefined) {
      const known = drivers.has(name.replace(/-modules-.*$/, ''));
      return { reason: known ? 'new kernel' : 'new driver' };
    }
    const clash = taken && { taken: version };
    if (other.buildInputs === '') return { reason: 'not published with a Build-Key', ...clash };
    const changed = changedParts(other.buildInputs, key.inputs).map((part) => WORDS[part]);
    return { reason: changed.join(', ') || 'form of packages changed', ...clash };
  };
}

function isSignedBy(
  { moduleSigners }: PublishedPackage,
  signers: readonly (readonly string[])[],
): boolean {
  const found = moduleSigners.split(/\s+/).filter(Boolean);
  const known = new Set(signers.flat());
  return (
    signers.every((forms) => forms.some((form) => found.includes(form))) &&
    found.every((one) => known.has(one))
  );
}
